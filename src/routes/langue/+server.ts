import { redirect } from '@sveltejs/kit';
import { parseForm } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { comeBack } from '#lib/come-back.ts';
import { cookieName } from '#lib/paraglide/runtime.js';
import type { RequestHandler } from './$types';

const aYear_s = 365 * 24 * 3600;

export const POST: RequestHandler = async (event) => {
	const parsed = await parseForm(forms.chooseLocale, event);
	if ('refused' in parsed) redirect(303, '/');
	event.cookies.set(cookieName, parsed.values.locale, {
		path: '/',
		maxAge: aYear_s,
		sameSite: 'lax',
		secure: event.locals.app.secure,
		// Paraglide reads it in the browser too, so that both sides speak the same language.
		httpOnly: false
	});
	redirect(303, comeBack(parsed.values.to));
};
