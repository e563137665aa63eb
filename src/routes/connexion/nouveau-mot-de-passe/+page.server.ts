import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { lookAt } from '#lib/mailed-link.server.ts';
import { preview, resetPassword } from '#server/auth/recovery.ts';
import { sessionCookieName } from '#server/auth/sessions.ts';
import type { Actions, PageServerLoad } from './$types';

export const csr = false;

export const load: PageServerLoad = async ({ locals, url }) => ({
	link: await lookAt({ locals, url }, (token) => preview(locals.context.db, token, 'password_reset'))
});

export const actions: Actions = {
	default: answer(
		forms.resetPassword,
		async ({ locals, cookies }: Parameters<Actions['default']>[0], values) => {
			await resetPassword(locals.context, values);
			const { secure } = locals.app;
			cookies.delete(sessionCookieName(secure), { path: '/', secure });
			redirect(303, '/connexion?nouveau');
		},
		{ forVisitors: true }
	)
};
