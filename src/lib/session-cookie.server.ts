/** How every door that signs somebody in keeps the session in the browser. */
import { redirect, type RequestEvent } from '@sveltejs/kit';
import { deviceOf } from '#server/auth/device.ts';
import { lifetime_ms, sessionCookieName } from '#server/auth/sessions.ts';
import { signOnCookieName, signOnLifetime_ms } from '#server/auth/sign-on.ts';
import type { Opened } from '#server/auth/sign-in.ts';

export function keepSession({ cookies, locals: { app } }: RequestEvent, token: string): void {
	cookies.set(sessionCookieName(app.secure), token, {
		path: '/',
		httpOnly: true,
		sameSite: 'lax',
		secure: app.secure,
		maxAge: lifetime_ms / 1000
	});
}

/** Keeps the session, then leads on: to the page wanted, or to what is asked for first. */
export function enter(event: RequestEvent, { token, next }: Opened, to: string): never {
	keepSession(event, token);
	if (next === 'code') redirect(303, `/connexion/code?vers=${encodeURIComponent(to)}`);
	redirect(303, next === 'enrol' ? '/compte/second-facteur' : to);
}

export function deviceOfRequest({ request }: RequestEvent): string | null {
	return deviceOf(request.headers.get('user-agent'));
}

const signOnPath = '/connexion/sso/suite';

/** What binds a way through the identity provider to this browser. */
export function keepSignOn({ cookies, locals: { app } }: RequestEvent, secret: string): void {
	cookies.set(signOnCookieName(app.secure), secret, {
		path: '/',
		httpOnly: true,
		// The provider sends the browser back from another site: strict would leave the cookie behind.
		sameSite: 'lax',
		secure: app.secure,
		maxAge: signOnLifetime_ms / 1000
	});
}

export function dropSignOn({ cookies, locals: { app } }: RequestEvent): void {
	cookies.delete(signOnCookieName(app.secure), { path: '/', secure: app.secure });
}

/** Somebody who signed in by a mailed link in the middle of it goes on there. */
export function afterLink({ cookies, locals: { app } }: RequestEvent): string {
	return cookies.get(signOnCookieName(app.secure)) ? signOnPath : '/';
}
