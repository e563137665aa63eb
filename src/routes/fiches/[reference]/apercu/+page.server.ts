import { namesFor } from '#lib/case-names.server.ts';
import * as cases from '#server/domain/cases.ts';
import type { PageServerLoad } from './$types';

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

export const load: PageServerLoad = async ({ locals, params }) => {
	const { overview, content } = await cases.draft(locals.context, params.reference);
	return { overview, content, names: await namesFor(locals.context, content) };
};
