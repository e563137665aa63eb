import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { signInFirst } from '#lib/mailed-link.server.ts';
import { deviceOfRequest } from '#lib/session-cookie.server.ts';
import * as passkeys from '#server/auth/passkeys.ts';
import { renewCodesByProof } from '#server/auth/second-factor.ts';
import * as signOn from '#server/auth/sign-on.ts';
import type { Actions, PageServerLoad } from './$types';

/** Passkeys, and the account of the identity provider. Every change asks for a proof first, at /compte/confirmer. */
export const load: PageServerLoad = async (event) => {
	const { locals, url } = event;
	if (locals.who.kind !== 'member') signInFirst(url);
	return {
		passkeys: await passkeys.list(locals.context),
		options: await passkeys.beginRegistration(locals.context, passkeys.siteOf(url)),
		device: deviceOfRequest(event) ?? '',
		provider: locals.app.provider?.name ?? null,
		identities: await signOn.listIdentities(locals.context),
		done: url.searchParams.get('fait')
	};
};

type Event = Parameters<Actions['add']>[0];

export const actions: Actions = {
	/** Answers with recovery codes, which are shown once, when there were none yet. */
	add: answer(forms.addPasskey, async (event: Event, { response, label }) => {
		const { context } = event.locals;
		const given = { response, label: label || (deviceOfRequest(event) ?? 'Passerelle') };
		const { codes } = await passkeys.register(context, passkeys.siteOf(event.url), given);
		if (codes.length === 0) redirect(303, '/compte/cles?fait=added');
		return { codes };
	}),
	renew: answer(forms.nothing, ({ locals }: Event) => renewCodesByProof(locals.context)),
	rename: answer(forms.renamePasskey, async ({ locals }: Event, values) => {
		await passkeys.rename(locals.context, values);
		redirect(303, '/compte/cles?fait=renamed');
	}),
	remove: answer(forms.removeOne, async ({ locals }: Event, { id }) => {
		await passkeys.remove(locals.context, id);
		redirect(303, '/compte/cles?fait=removed');
	}),
	unlink: answer(forms.removeOne, async ({ locals }: Event, { id }) => {
		await signOn.unlink(locals.context, id);
		redirect(303, '/compte/cles?fait=unlinked');
	})
};
