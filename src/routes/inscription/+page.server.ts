import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import * as joinRequests from '#server/domain/join-requests.ts';
import type { Actions, PageServerLoad } from './$types';

export const csr = false;

export const load: PageServerLoad = ({ locals, url }) => {
	if (locals.who.kind === 'member') redirect(303, '/organisations');
	return { isSent: url.searchParams.has('envoye'), sendsMail: locals.app.env.smtp !== null };
};

export const actions: Actions = {
	default: answer(
		forms.requestSignUp,
		async ({ locals, getClientAddress }: Parameters<Actions['default']>[0], { email }) => {
			await joinRequests.requestSignUp(locals.context, {
				email,
				locale: getLocale(),
				address: getClientAddress()
			});
			redirect(303, '/inscription?envoye');
		},
		{ forVisitors: true }
	)
};
