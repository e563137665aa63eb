import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { signInFirst } from '#lib/mailed-link.server.ts';
import { proofOf } from '#server/auth/reauthenticate.ts';
import * as account from '#server/domain/account.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	if (locals.who.kind !== 'member') signInFirst(url);
	return {
		email: (await account.overview(locals.context)).email,
		proof: await proofOf(locals.context)
	};
};

export const actions: Actions = {
	default: answer(forms.changePassword, async ({ locals }: Parameters<Actions['default']>[0], values) => {
		await account.changePassword(locals.context, values);
		redirect(303, '/compte?fait=password');
	})
};
