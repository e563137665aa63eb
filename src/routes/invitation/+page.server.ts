import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { lookAt } from '#lib/mailed-link.server.ts';
import { deviceOfRequest, keepSession } from '#lib/session-cookie.server.ts';
import * as invitations from '#server/domain/invitations.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => ({
	link: await lookAt({ locals, url }, (token) => invitations.preview(locals.context, token)),
	back: `/connexion?vers=${encodeURIComponent(url.pathname + url.search)}`
});

type Event = Parameters<Actions['join']>[0];

export const actions: Actions = {
	create: answer(
		forms.acceptInvitation,
		async (event: Event, values) => {
			const { token } = await invitations.acceptAsNew(event.locals.context, {
				...values,
				device: deviceOfRequest(event)
			});
			keepSession(event, token);
			redirect(303, '/');
		},
		{ forVisitors: true }
	),
	join: answer(forms.useLink, async ({ locals }: Event, values) => {
		await invitations.accept(locals.context, values);
		redirect(303, '/');
	})
};
