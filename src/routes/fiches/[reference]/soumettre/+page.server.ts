import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import * as cases from '#server/domain/cases.ts';
import type { Actions, PageServerLoad } from './$types';

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

export const load: PageServerLoad = async ({ locals, params }) => {
	const { overview, missing } = await cases.draft(locals.context, params.reference);
	return { overview, missing };
};

export const actions: Actions = {
	default: answer(forms.nothing, async ({ locals, params }: Parameters<Actions['default']>[0]) => {
		await cases.submit(locals.context, params.reference);
		redirect(303, `/fiches/${params.reference}`);
	})
};
