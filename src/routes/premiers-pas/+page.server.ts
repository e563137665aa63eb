import { redirect, type RequestEvent } from '@sveltejs/kit';
import { setTimeout as wait } from 'node:timers/promises';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import * as firstRun from '#server/domain/first-run.ts';
import type { Actions, PageServerLoad } from './$types';

/** One page after the other, for whoever has nothing but a link: no JavaScript at all. */
export const csr = false;

const steps = ['reseau', 'contact', 'compte', 'courrier', 'identite'] as const;
type Step = (typeof steps)[number];

/** A mail server answers within this, mostly; else the page says that the letter waits. */
const patience_ms = 8_000;

const tokenOf = (url: URL) => url.searchParams.get('jeton') ?? '';
const to = (url: URL, step: Step): never =>
	redirect(303, `/premiers-pas?jeton=${encodeURIComponent(tokenOf(url))}&etape=${step}`);

export const load: PageServerLoad = async ({ locals, url }) => {
	const { app } = locals;
	const run = await firstRun.look(locals.context, tokenOf(url));
	const asked = steps.find((step) => step === url.searchParams.get('etape'));
	const done: Record<Step, boolean> = {
		reseau: run.settings.networkName !== '',
		contact: run.settings.contactEmail !== '' || run.settings.publisher !== '',
		compte: run.admin !== null,
		courrier: run.test?.state === 'done',
		identite: false
	};
	// What comes after the account needs one.
	const wanted = asked ?? steps.find((step) => !done[step])!;
	const step: Step = !run.admin && ['courrier', 'identite'].includes(wanted) ? 'compte' : wanted;
	return {
		run,
		token: tokenOf(url),
		steps: steps.map((name) => ({ name, isDone: done[name] })),
		step,
		hasMail: app.env.smtp !== null,
		provider:
			step === 'identite' && app.provider
				? {
						name: app.provider.name,
						issuer: app.provider.issuer,
						answers: await app.provider.answers()
					}
				: null,
		callback: `${url.origin}/connexion/sso/retour`
	};
};

type Event = Parameters<Actions['network']>[0];

/** Without a good link there is nothing here, whatever is sent. */
function ofLink<E extends RequestEvent, R>(act: (event: E) => Promise<R>): (event: E) => Promise<R> {
	return async (event) => {
		await firstRun.look(event.locals.context, tokenOf(event.url));
		return act(event);
	};
}
const asVisitor = { forVisitors: true };

export const actions: Actions = {
	network: ofLink(
		answer(
			forms.firstNetwork,
			async ({ locals, url }: Event, values) => {
				await firstRun.say(locals.context, tokenOf(url), values);
				to(url, 'contact');
			},
			asVisitor
		)
	),
	contact: ofLink(
		answer(
			forms.firstContact,
			async ({ locals, url }: Event, values) => {
				await firstRun.say(locals.context, tokenOf(url), values);
				to(url, 'compte');
			},
			asVisitor
		)
	),
	admin: ofLink(
		answer(
			forms.firstAdmin,
			async ({ locals, url }: Event, values) => {
				await firstRun.createAdmin(locals.context, tokenOf(url), { ...values, locale: getLocale() });
				to(url, 'courrier');
			},
			asVisitor
		)
	),
	test: ofLink(
		answer(
			forms.nothing,
			async ({ locals, url }: Event) => {
				await firstRun.sendTest(locals.context, tokenOf(url), getLocale());
				for (const start = Date.now(); Date.now() - start < patience_ms; await wait(250)) {
					const { test } = await firstRun.look(locals.context, tokenOf(url));
					if (test?.state !== 'waiting') break;
				}
				to(url, 'courrier');
			},
			asVisitor
		)
	),
	finish: ofLink(
		answer(
			forms.nothing,
			async ({ locals, url }: Event) => {
				await firstRun.finish(locals.context, tokenOf(url));
				redirect(303, '/connexion?vers=/administration');
			},
			asVisitor
		)
	)
};
