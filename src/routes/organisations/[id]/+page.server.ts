import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import * as cases from '#server/domain/cases.ts';
import * as joinRequests from '#server/domain/join-requests.ts';
import * as organisations from '#server/domain/organisations.ts';
import { countries, modalities } from '#server/domain/reference-data.ts';
import type { Actions, PageServerLoad } from './$types';

export const csr = false;

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const organisation = await organisations.page(locals.context, params.id);
	// One page, one address: what knows only the id links with it.
	if (url.pathname !== organisation.address) redirect(308, organisation.address + url.search);
	const { db } = locals.context;
	const list = await modalities(db, getLocale());
	const published = await cases.listPublished(locals.context, {
		cursor: url.searchParams.get('suite'),
		organisationIds: [organisation.id, ...organisation.predecessors.map(({ id }) => id)]
	});
	const country = organisation.countryCode
		? (await countries(db, getLocale())).find(({ code }) => code === organisation.countryCode)?.name
		: undefined;
	return {
		organisation,
		country: country ?? null,
		...published,
		isStart: !url.searchParams.get('suite'),
		modalities: list.map(({ slug, name }) => ({ value: slug, label: name })),
		done: url.searchParams.get('fait')
	};
};

export const actions: Actions = {
	join: answer(
		forms.joinOrganisation,
		async ({ locals, url }: Parameters<Actions['join']>[0], { organisationId, role, message }) => {
			await joinRequests.ask(locals.context, { organisationId, role, message });
			redirect(303, `${url.pathname}?fait=demande`);
		}
	)
};
