import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { lookAt } from '#lib/mailed-link.server.ts';
import { afterLink, deviceOfRequest, enter } from '#lib/session-cookie.server.ts';
import { preview, signInByLink } from '#server/auth/recovery.ts';
import type { Actions, PageServerLoad } from './$types';

export const csr = false;

export const load: PageServerLoad = async ({ locals, url }) => ({
	link: await lookAt({ locals, url }, (token) => preview(locals.context.db, token, 'sign_in'))
});

export const actions: Actions = {
	default: answer(
		forms.useLink,
		async (event: Parameters<Actions['default']>[0], { token }) => {
			const { context, app } = event.locals;
			const opened = await signInByLink(context, { token, device: deviceOfRequest(event) }, app.env);
			enter(event, opened, afterLink(event));
		},
		{ forVisitors: true }
	)
};
