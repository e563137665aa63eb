import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { comeBack } from '#lib/come-back.ts';
import { deviceOfRequest, enter } from '#lib/session-cookie.server.ts';
import { signIn } from '#server/auth/sign-in.ts';
import type { Actions, PageServerLoad } from './$types';

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

export const load: PageServerLoad = ({ locals, url }) => {
	const to = comeBack(url.searchParams.get('vers'));
	if (locals.who.kind === 'member') redirect(303, to);
	return { to, isReset: url.searchParams.has('nouveau'), provider: locals.app.provider?.name ?? null };
};

export const actions: Actions = {
	default: answer(
		forms.signIn,
		async (event: Parameters<Actions['default']>[0], { email, password, to }) => {
			const { locals } = event;
			const opened = await signIn(
				locals.context,
				{ email, password, address: event.getClientAddress(), device: deviceOfRequest(event) },
				locals.app.env
			);
			enter(event, opened, comeBack(to));
		},
		{ forVisitors: true }
	)
};
