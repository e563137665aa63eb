import { error, redirect } from '@sveltejs/kit';
import { comeBack } from '#lib/come-back.ts';
import { deviceOfRequest, dropSignOn, enter } from '#lib/session-cookie.server.ts';
import { signOnProblem } from '#lib/sign-on-problem.server.ts';
import { arrive } from '#server/auth/sign-on.ts';
import type { RequestHandler } from './$types';

/** Where the identity provider sends people back to. */
export const GET: RequestHandler = async (event) => {
	const { app, context } = event.locals;
	if (!app.provider) error(404, 'not_found', { code: 'not_found' });
	const arrival = await arrive(
		context,
		app.provider,
		{
			cookie: event.request.headers.get('cookie') ?? undefined,
			url: event.url,
			device: deviceOfRequest(event)
		},
		app.secure,
		app.env
	).catch((thrown: unknown) => {
		dropSignOn(event);
		return signOnProblem(thrown);
	});
	if (arrival.kind === 'ask') redirect(303, '/connexion/sso/suite');
	dropSignOn(event);
	if (arrival.kind === 'in') enter(event, arrival.opened, comeBack(arrival.to));
	redirect(303, comeBack(arrival.to));
};
