import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { signInFirst } from '#lib/mailed-link.server.ts';
import * as invitations from '#server/domain/invitations.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	if (locals.who.kind !== 'member') signInFirst(url);
	const query = (url.searchParams.get('recherche') ?? '').trim().slice(0, 80);
	return {
		...(await invitations.desk(locals.context, query)),
		query,
		locale: locals.who.locale,
		done: url.searchParams.get('fait')
	};
};

type Event = Parameters<Actions['invite']>[0];

export const actions: Actions = {
	invite: answer(forms.inviteMember, async ({ locals }: Event, values) => {
		await invitations.invite(locals.context, values);
		redirect(303, '/organisations/invitations?fait=envoyee');
	}),
	withdraw: answer(forms.withdrawInvitation, async ({ locals }: Event, { id }) => {
		await invitations.withdraw(locals.context, id);
		redirect(303, '/organisations/invitations?fait=retiree');
	})
};
