import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { signInFirst } from '#lib/mailed-link.server.ts';
import * as profiles from '#server/domain/profiles.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	if (locals.who.kind !== 'member') signInFirst(url);
	return {
		id: locals.who.id,
		profile: await profiles.own(locals.context),
		consents: await profiles.consents(locals.context),
		isDone: url.searchParams.has('fait')
	};
};

type Event = Parameters<Actions['save']>[0];

export const actions: Actions = {
	save: answer(forms.publicProfile, async ({ locals }: Event, values) => {
		await profiles.save(locals.context, values);
		redirect(303, '/compte/profil?fait');
	}),
	consent: answer(forms.consent, async ({ locals }: Event, values) => {
		await profiles.consent(locals.context, values);
		redirect(303, '/compte/profil?fait');
	})
};
