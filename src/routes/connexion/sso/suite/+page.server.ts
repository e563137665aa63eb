import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import { comeBack } from '#lib/come-back.ts';
import * as forms from '#lib/contract/forms.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import { deviceOfRequest, dropSignOn, enter } from '#lib/session-cookie.server.ts';
import { signOnProblem } from '#lib/sign-on-problem.server.ts';
import * as signOn from '#server/auth/sign-on.ts';
import * as joinRequests from '#server/domain/join-requests.ts';
import { isFailure } from '#server/errors.ts';
import type { Actions, PageServerLoad } from './$types';

export const csr = false;

export const load: PageServerLoad = async (event) => {
	const { context, app } = event.locals;
	const view = await signOn
		.view(context, requireProvider(event), cookieOf(event), app.secure)
		.catch(signOnProblem);
	return {
		signOn: view,
		isSent: event.url.searchParams.has('envoye'),
		sendsMail: app.env.smtp !== null
	};
};

type Event = Parameters<Actions['create']>[0];

export const actions: Actions = {
	mail: answer(
		forms.nothing,
		async (event: Event) => {
			const { context, app } = event.locals;
			await signOn.requestCode(context, { cookie: cookieOf(event), locale: getLocale() }, app.secure);
			redirect(303, '/connexion/sso/suite?envoye');
		},
		{ forVisitors: true }
	),
	code: answer(
		forms.giveMailedCode,
		async (event: Event, { code }) => {
			const { context, app } = event.locals;
			await signOn.proveAddress(context, { cookie: cookieOf(event), code }, app.secure);
			redirect(303, '/connexion/sso/suite');
		},
		{ forVisitors: true }
	),
	create: answer(
		forms.signOn,
		async (event: Event, { name, join }) => {
			const { context, app } = event.locals;
			const { opened, to, organisation } = await signOn.createAccount(
				context,
				requireProvider(event),
				{ cookie: cookieOf(event), name, locale: getLocale(), device: deviceOfRequest(event) },
				app.secure,
				app.env
			);
			dropSignOn(event);
			if (join && organisation) {
				const request = {
					memberId: opened.memberId,
					organisationId: organisation.id,
					role: 'member' as const
				};
				// The account is made; what cannot be asked for now can be asked for later.
				await joinRequests.open(context, request).catch((thrown: unknown) => {
					if (!isFailure(thrown)) throw thrown;
				});
			}
			enter(event, opened, comeBack(to));
		},
		{ forVisitors: true }
	),
	link: answer(forms.nothing, async (event: Event) => {
		const { context, app } = event.locals;
		const { to } = await signOn.link(
			context,
			requireProvider(event),
			{ cookie: cookieOf(event) },
			app.secure
		);
		dropSignOn(event);
		redirect(303, comeBack(to));
	}),
	leave: answer(
		forms.nothing,
		async (event: Event) => {
			const { context, app, who } = event.locals;
			await signOn.giveUp(context.db, cookieOf(event), app.secure);
			dropSignOn(event);
			redirect(303, who.kind === 'member' ? '/compte' : '/connexion');
		},
		{ forVisitors: true }
	)
};

const cookieOf = ({ request }: RequestEvent) => request.headers.get('cookie') ?? undefined;

function requireProvider({ locals }: RequestEvent) {
	if (!locals.app.provider) error(404, 'not_found', { code: 'not_found' });
	return locals.app.provider;
}
