import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import { comeBack } from '#lib/come-back.ts';
import * as forms from '#lib/contract/forms.ts';
import { signInFirst } from '#lib/mailed-link.server.ts';
import * as passkeys from '#server/auth/passkeys.ts';
import { confirmByCode, confirmByPassword, proofOf, requestProofCode } from '#server/auth/reauthenticate.ts';
import * as account from '#server/domain/account.ts';
import type { Actions, PageServerLoad } from './$types';

/** Only back into this site, and never to the home page by mistake. */
const wanted = (address: string | null | undefined) => (address ? comeBack(address) : '/compte');

export const load: PageServerLoad = async ({ locals, url }) => {
	if (locals.who.kind !== 'member') signInFirst(url);
	const to = wanted(url.searchParams.get('vers'));
	const { isFresh, hasPassword } = await proofOf(locals.context);
	if (isFresh) redirect(303, to);
	return {
		to,
		hasPassword,
		email: (await account.overview(locals.context)).email,
		passkey: await passkeys.beginConfirmation(locals.context, passkeys.siteOf(url)),
		isSent: url.searchParams.has('envoye'),
		sendsMail: locals.app.env.smtp !== null
	};
};

type Event = Parameters<Actions['password']>[0];

export const actions: Actions = {
	password: answer(forms.confirmByPassword, async ({ locals }: Event, { current, to }) => {
		await confirmByPassword(locals.context, current);
		redirect(303, wanted(to));
	}),
	mail: answer(forms.confirmByPassword, async ({ locals }: Event, { to }) => {
		await requestProofCode(locals.context);
		redirect(303, `/compte/confirmer?envoye&vers=${encodeURIComponent(wanted(to))}`);
	}),
	code: answer(forms.giveCode, async ({ locals }: Event, { code, to }) => {
		await confirmByCode(locals.context, code);
		redirect(303, wanted(to));
	}),
	passkey: answer(forms.givePasskey, async ({ locals, url }: Event, { response, to }) => {
		await passkeys.confirm(locals.context, passkeys.siteOf(url), response);
		redirect(303, wanted(to));
	})
};
