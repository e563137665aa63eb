import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { signInFirst } from '#lib/mailed-link.server.ts';
import { proofOf } from '#server/auth/reauthenticate.ts';
import * as secondFactor from '#server/auth/second-factor.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	if (locals.who.kind !== 'member') signInFirst(url);
	return {
		factor: await secondFactor.view(locals.context),
		isDue: locals.who.secondFactorDue === true,
		proof: await proofOf(locals.context)
	};
};

type Event = Parameters<Actions['begin']>[0];

export const actions: Actions = {
	begin: answer(forms.beginSecondFactor, async ({ locals }: Event, values) => {
		await secondFactor.begin(locals.context, values);
		redirect(303, '/compte/second-facteur');
	}),
	/** Answers with the recovery codes, which are shown once: no redirect may lose them. */
	confirm: answer(forms.confirmSecondFactor, ({ locals }: Event, values) =>
		secondFactor.confirm(locals.context, values)
	),
	renew: answer(forms.changeSecondFactor, ({ locals }: Event, values) =>
		secondFactor.renewCodes(locals.context, values)
	),
	remove: answer(forms.changeSecondFactor, async ({ locals }: Event, values) => {
		await secondFactor.turnOff(locals.context, values);
		redirect(303, '/compte?fait=factor-off');
	})
};
