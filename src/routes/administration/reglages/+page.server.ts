import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { signInFirst } from '#lib/mailed-link.server.ts';
import * as settings from '#server/domain/settings.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	if (locals.who.kind !== 'member') signInFirst(url);
	return { ...(await settings.desk(locals.context)), isDone: url.searchParams.has('fait') };
};

export const actions: Actions = {
	default: answer(forms.settings, async ({ locals }: Parameters<Actions['default']>[0], values) => {
		await settings.change(locals.context, values);
		redirect(303, '/administration/reglages?fait');
	})
};
