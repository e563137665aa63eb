import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { lookAt, signInFirst } from '#lib/mailed-link.server.ts';
import { proofOf } from '#server/auth/reauthenticate.ts';
import * as account from '#server/domain/account.ts';
import type { Actions, PageServerLoad } from './$types';

/** Two pages at one address: with the link of the mail, to confirm; without, to ask for it. */
export const load: PageServerLoad = async ({ locals, url }) => {
	if (url.searchParams.has('jeton')) {
		const link = await lookAt({ locals, url }, (token) =>
			account.previewEmail(locals.context, token, 'email_change')
		);
		return { isLink: true, link, proof: null };
	}
	if (locals.who.kind !== 'member') signInFirst(url);
	return { isLink: false, link: null, proof: await proofOf(locals.context) };
};

type Event = Parameters<Actions['ask']>[0];

export const actions: Actions = {
	ask: answer(forms.changeEmail, async ({ locals }: Event, values) => {
		await account.requestEmail(locals.context, values);
		redirect(303, '/compte?fait=mailed');
	}),
	confirm: answer(
		forms.useLink,
		async ({ locals }: Event, values) => {
			await account.confirmEmail(locals.context, values);
			redirect(303, locals.who.kind === 'member' ? '/compte?fait=email' : '/connexion');
		},
		{ forVisitors: true }
	)
};
