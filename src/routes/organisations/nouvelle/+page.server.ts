import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { signInFirst } from '#lib/mailed-link.server.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import * as organisations from '#server/domain/organisations.ts';
import { countries } from '#server/domain/reference-data.ts';
import { NotFound } from '#server/errors.ts';
import type { Actions, PageServerLoad } from './$types';

export const csr = false;

export const load: PageServerLoad = async ({ locals, url }) => {
	if (locals.who.kind !== 'member') signInFirst(url);
	if (!organisations.mayAdd(locals.who)) throw new NotFound();
	const list = await countries(locals.context.db, getLocale());
	return {
		kinds: [...organisations.addedKinds],
		countries: list
			.filter(({ code }) => code !== 'FR')
			.map(({ code, name }) => ({ value: code, label: name }))
	};
};

export const actions: Actions = {
	default: answer(forms.addOrganisation, async ({ locals }: Parameters<Actions['default']>[0], values) => {
		const { address } = await organisations.add(locals.context, values);
		redirect(303, address);
	})
};
