import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { signInFirst } from '#lib/mailed-link.server.ts';
import { cookieName } from '#lib/paraglide/runtime.js';
import { revokeOtherSessions, revokeSession } from '#server/auth/sessions.ts';
import * as account from '#server/domain/account.ts';
import type { Actions, PageServerLoad } from './$types';

const aYear_s = 365 * 24 * 3600;

export const load: PageServerLoad = async ({ locals, url }) => {
	if (locals.who.kind !== 'member') signInFirst(url);
	return { account: await account.overview(locals.context), done: url.searchParams.get('fait') };
};

type Event = Parameters<Actions['profile']>[0];

export const actions: Actions = {
	profile: answer(forms.profile, async ({ locals, cookies }: Event, values) => {
		await account.rename(locals.context, values);
		cookies.set(cookieName, values.locale, {
			path: '/',
			maxAge: aYear_s,
			sameSite: 'lax',
			secure: locals.app.secure,
			// Paraglide reads it in the browser too.
			httpOnly: false
		});
		redirect(303, '/compte?fait=profile');
	}),
	verify: answer(forms.nothing, async ({ locals }: Event) => {
		await account.requestVerification(locals.context);
		redirect(303, '/compte?fait=mailed');
	}),
	end: answer(forms.endSession, async ({ locals }: Event, { id }) => {
		await revokeSession(locals.context, id);
		redirect(303, '/compte?fait=session');
	}),
	endOthers: answer(forms.nothing, async ({ locals }: Event) => {
		await revokeOtherSessions(locals.context);
		redirect(303, '/compte?fait=sessions');
	})
};
