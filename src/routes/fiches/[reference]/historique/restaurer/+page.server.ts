import { error, redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { partKeys } from '#lib/document/template.ts';
import * as cases from '#server/domain/cases.ts';
import * as history from '#server/domain/history.ts';
import type { Actions, PageServerLoad } from './$types';

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

/** The confirmation: what would change, before it does. */
export const load: PageServerLoad = async ({ locals, params, url }) => {
	const { context } = locals;
	const { reference } = params;
	const { to, parts } = await history.compare(context, reference, {
		from: 'now',
		to: url.searchParams.get('version') ?? ''
	});
	if (!to.version) error(404, 'not_found');
	return { overview: await cases.get(context, reference), version: to.version, parts };
};

export const actions: Actions = {
	default: answer(
		forms.restoreVersion,
		async ({ locals, params }: Parameters<Actions['default']>[0], { versionId, part }) => {
			const { isChanged } = await history.restore(locals.context, params.reference!, {
				versionId,
				part: partKeys.find((known) => known === part) ?? null
			});
			redirect(303, `/fiches/${params.reference}/historique?fait=${isChanged ? 'restauree' : 'identique'}`);
		}
	)
};
