import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import * as profiles from '#server/domain/profiles.ts';
import type { Actions, PageServerLoad } from './$types';

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

export const load: PageServerLoad = async ({ locals, params }) => ({
	member: await profiles.view(locals.context, params.id)
});

export const actions: Actions = {
	default: answer(forms.nothing, async ({ locals, params }: Parameters<Actions['default']>[0]) => ({
		contacts: await profiles.inspect(locals.context, params.id)
	}))
};
