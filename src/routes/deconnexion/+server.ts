import { redirect } from '@sveltejs/kit';
import { sessionCookieName } from '#server/auth/sessions.ts';
import { signOut } from '#server/auth/sign-in.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ locals, cookies }) => {
	await signOut(locals.context);
	cookies.delete(sessionCookieName(locals.app.secure), { path: '/', secure: locals.app.secure });
	redirect(303, '/');
};

/** Someone typed the address: leaving is a button, so that no other site can do it for them. */
export const GET: RequestHandler = () => redirect(303, '/');
