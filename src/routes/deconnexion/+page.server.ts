import { sessionCookieName } from '#server/auth/sessions.ts';
import { signOut } from '#server/auth/sign-in.ts';
import type { Actions } from './$types';

export const actions: Actions = {
	default: async ({ locals, cookies }) => {
		await signOut(locals.context);
		cookies.delete(sessionCookieName(locals.app.secure), { path: '/', secure: locals.app.secure });
		// The frame around the answer must not greet somebody who has just left.
		locals.who = { kind: 'visitor' };
		locals.context = locals.app.contextFor(locals.who);
		return { isSignedOut: true };
	}
};
