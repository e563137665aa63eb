import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import * as cases from '#server/domain/cases.ts';
import * as guests from '#server/domain/guests.ts';
import * as organisations from '#server/domain/organisations.ts';
import { countries, modalities, targets } from '#server/domain/reference-data.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals: { context, who }, params, url }) => {
	if (who.kind !== 'member') redirect(303, `/connexion?vers=${encodeURIComponent(url.pathname)}`);
	const { overview, content } = await cases.draft(context, params.reference);
	const query = overview.may.invite ? (url.searchParams.get('inviter') ?? '') : '';
	const locale = getLocale();
	const [modalityList, targetList, countryList, found, guestList] = await Promise.all([
		modalities(context.db, locale),
		targets(context.db, locale),
		countries(context.db, locale),
		query === '' ? [] : organisations.search(context, query),
		guests.list(context, params.reference)
	]);
	return {
		overview,
		content,
		member: { id: who.id, name: who.name },
		modalities: modalityList,
		targets: targetList,
		countries: countryList,
		/** For inviting without JavaScript: the words looked for, and the organisations of that name. */
		invitation: { query, found },
		guests: guestList,
		year: new Date().getFullYear()
	};
};

export const actions: Actions = {
	invite: answer(
		forms.inviteOrganisation,
		async ({ locals, params }: Parameters<NonNullable<Actions['invite']>>[0], { organisationId }) => {
			await cases.invite(locals.context, params.reference, organisationId);
			const { name } = await organisations.get(locals.context, organisationId);
			return { invited: name };
		}
	),
	inviteGuest: answer(
		forms.inviteGuest,
		async ({ locals, params }: Parameters<NonNullable<Actions['inviteGuest']>>[0], { email, parts }) => {
			await guests.invite(locals.context, params.reference, { email, parts });
			return { guestInvited: email };
		}
	),
	endGuest: answer(
		forms.endGuest,
		async ({ locals, params }: Parameters<NonNullable<Actions['endGuest']>>[0], { id }) => {
			await guests.end(locals.context, params.reference, id);
			return { guestEnded: true };
		}
	)
};
