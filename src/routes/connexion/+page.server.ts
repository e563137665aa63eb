import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { comeBack } from '#lib/come-back.ts';
import { lifetime_ms, sessionCookieName } from '#server/auth/sessions.ts';
import { signIn } from '#server/auth/sign-in.ts';
import type { Actions, PageServerLoad } from './$types';

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

export const load: PageServerLoad = ({ locals, url }) => {
	const to = comeBack(url.searchParams.get('vers'));
	if (locals.who.kind === 'member') redirect(303, to);
	return { to };
};

export const actions: Actions = {
	default: answer(
		forms.signIn,
		async (
			{ locals, cookies, getClientAddress }: Parameters<Actions['default']>[0],
			{ email, password, to }
		) => {
			const { token } = await signIn(locals.context, { email, password, address: getClientAddress() });
			const { secure } = locals.app;
			cookies.set(sessionCookieName(secure), token, {
				path: '/',
				httpOnly: true,
				sameSite: 'lax',
				secure,
				maxAge: lifetime_ms / 1000
			});
			redirect(303, comeBack(to));
		},
		{ forVisitors: true }
	)
};
