import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { lookAt } from '#lib/mailed-link.server.ts';
import { deviceOfRequest, enter } from '#lib/session-cookie.server.ts';
import { preview, signInByLink } from '#server/auth/recovery.ts';
import type { Actions, PageServerLoad } from './$types';

export const csr = false;

export const load: PageServerLoad = async ({ locals, url }) => ({
	link: await lookAt(url, (token) => preview(locals.context.db, token, 'sign_in'))
});

export const actions: Actions = {
	default: answer(
		forms.useLink,
		async (event: Parameters<Actions['default']>[0], { token }) => {
			const { context, app } = event.locals;
			enter(event, await signInByLink(context, { token, device: deviceOfRequest(event) }, app.env), '/');
		},
		{ forVisitors: true }
	)
};
