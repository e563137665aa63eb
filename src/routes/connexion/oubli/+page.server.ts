import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { requestMail } from '#server/auth/recovery.ts';
import type { Actions, PageServerLoad } from './$types';

export const csr = false;

export const load: PageServerLoad = ({ locals, url }) => ({
	isSent: url.searchParams.has('envoye'),
	sendsMail: locals.app.env.smtp !== null
});

export const actions: Actions = {
	default: answer(
		forms.requestMail,
		async ({ locals, getClientAddress }: Parameters<Actions['default']>[0], { email, purpose }) => {
			await requestMail(locals.context, purpose, { email, address: getClientAddress() });
			redirect(303, '/connexion/oubli?envoye');
		},
		{ forVisitors: true }
	)
};
