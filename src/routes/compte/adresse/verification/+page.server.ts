import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { lookAt } from '#lib/mailed-link.server.ts';
import * as account from '#server/domain/account.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => ({
	link: await lookAt({ locals, url }, (token) =>
		account.previewEmail(locals.context, token, 'email_verification')
	)
});

export const actions: Actions = {
	default: answer(
		forms.useLink,
		async ({ locals }: Parameters<Actions['default']>[0], values) => {
			await account.verifyEmail(locals.context, values);
			redirect(303, locals.who.kind === 'member' ? '/compte?fait=verified' : '/connexion');
		},
		{ forVisitors: true }
	)
};
