import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import { namesFor } from '#lib/case-names.server.ts';
import * as forms from '#lib/contract/forms.ts';
import type { Context } from '#server/context.ts';
import * as cases from '#server/domain/cases.ts';
import * as organisations from '#server/domain/organisations.ts';
import type { Actions, PageServerLoad } from './$types';

type Event = Parameters<Actions[string]>[0];

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const { context } = locals;
	const overview = await cases.get(context, params.reference);
	const query = overview.may.invite ? (url.searchParams.get('collectivite') ?? '').slice(0, 80) : '';
	return {
		overview,
		published: overview.versions.length > 0 ? await latest(context, params.reference) : null,
		query,
		found: query.trim() ? await organisations.search(context, query, { limit: 8 }) : []
	};
};

async function latest(context: Context, reference: string) {
	const { json: _json, html: _html, ...version } = await cases.version(context, reference, 'latest');
	return { version, names: await namesFor(context, version.content) };
}

export const actions: Actions = {
	takeBack: answer(forms.nothing, async ({ locals, params }: Event) => {
		await cases.takeBack(locals.context, params.reference);
		redirect(303, `/fiches/${params.reference}`);
	}),
	revise: answer(forms.nothing, async ({ locals, params }: Event) => {
		await cases.revise(locals.context, params.reference);
		redirect(303, `/fiches/${params.reference}/ecrire`);
	}),
	invite: answer(forms.inviteOrganisation, async ({ locals, params }: Event, { organisationId }) => {
		await cases.invite(locals.context, params.reference, organisationId);
		redirect(303, `/fiches/${params.reference}#partenaires`);
	})
};
