import { randomUUID } from 'node:crypto';
import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import * as cases from '#server/domain/cases.ts';
import type { Actions, PageServerLoad } from './$types';

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

export const load: PageServerLoad = ({ locals, url }) => {
	if (locals.who.kind !== 'member') redirect(303, `/connexion?vers=${encodeURIComponent(url.pathname)}`);
	return { clientKey: randomUUID() };
};

export const actions: Actions = {
	default: answer(forms.newCase, async ({ locals }: Parameters<Actions['default']>[0], values) => {
		const { reference } = await cases.create(locals.context, values);
		redirect(303, `/fiches/${reference}/ecrire`);
	})
};
