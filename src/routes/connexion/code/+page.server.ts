import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import { comeBack } from '#lib/come-back.ts';
import * as forms from '#lib/contract/forms.ts';
import { keepSession } from '#lib/session-cookie.server.ts';
import { hasPasskey } from '#server/auth/passkeys.ts';
import { pendingSession } from '#server/auth/sessions.ts';
import { giveCode } from '#server/auth/sign-in.ts';
import type { Actions, PageServerLoad } from './$types';

export const csr = false;

export const load: PageServerLoad = async ({ locals, request, url }) => {
	const to = comeBack(url.searchParams.get('vers'));
	if (locals.who.kind === 'member') redirect(303, to);
	const { app, context } = locals;
	const pending = await pendingSession(context.db, request.headers.get('cookie') ?? undefined, app.secure);
	if (!pending) redirect(303, `/connexion?vers=${encodeURIComponent(to)}`);
	return { to, hasPasskey: await hasPasskey(context.db, pending.memberId) };
};

export const actions: Actions = {
	default: answer(
		forms.giveCode,
		async (event: Parameters<Actions['default']>[0], { code, to }) => {
			const { app, context } = event.locals;
			const cookie = event.request.headers.get('cookie') ?? undefined;
			const { token } = await giveCode(context, { cookie, code }, app.secure);
			keepSession(event, token);
			redirect(303, comeBack(to));
		},
		{ forVisitors: true }
	)
};
