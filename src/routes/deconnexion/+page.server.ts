import { sessionCookieName } from '#server/auth/sessions.ts';
import { signOut } from '#server/auth/sign-in.ts';
import type { Actions } from './$types';

export const actions: Actions = {
	default: async ({ locals, cookies, url }) => {
		const { provider } = locals.app;
		const idToken = await signOut(locals.context);
		cookies.delete(sessionCookieName(locals.app.secure), { path: '/', secure: locals.app.secure });
		// The frame around the answer must not greet somebody who has just left.
		locals.who = { kind: 'visitor' };
		locals.context = locals.app.contextFor(locals.who);
		// The browser is sent there by the page: after a form, the content policy lets nobody be led to another site.
		const farewell =
			idToken && provider ? await provider.farewell(idToken, `${url.origin}/deconnexion`) : null;
		return { isSignedOut: true, provider: farewell && { name: provider!.name, address: farewell } };
	}
};
