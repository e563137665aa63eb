import { redirect, type RequestEvent } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import { comeBack } from '#lib/come-back.ts';
import * as forms from '#lib/contract/forms.ts';
import { deviceOfRequest, enter } from '#lib/session-cookie.server.ts';
import { beginSignIn, signIn, siteOf } from '#server/auth/passkeys.ts';
import type { Actions, PageServerLoad } from './$types';

/** The page carries one small script of its own, and nothing else. */
export const csr = false;

const cookieOf = ({ request }: Pick<RequestEvent, 'request'>) => request.headers.get('cookie') ?? undefined;

export const load: PageServerLoad = async (event) => {
	const { locals, url } = event;
	const to = comeBack(url.searchParams.get('vers'));
	if (locals.who.kind === 'member') redirect(303, to);
	const asked = await beginSignIn(
		locals.context,
		siteOf(url),
		{ cookie: cookieOf(event), address: event.getClientAddress() },
		locals.app.secure
	);
	return { to, ...asked };
};

export const actions: Actions = {
	default: answer(
		forms.givePasskey,
		async (event: Parameters<Actions['default']>[0], { response, to }) => {
			const { context, app } = event.locals;
			const device = deviceOfRequest(event);
			const given = { cookie: cookieOf(event), response, device };
			enter(event, await signIn(context, siteOf(event.url), given, app.secure), comeBack(to));
		},
		{ forVisitors: true }
	)
};
