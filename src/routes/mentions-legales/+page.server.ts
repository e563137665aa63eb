import * as settings from '#server/domain/settings.ts';
import type { PageServerLoad } from './$types';

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

export const load: PageServerLoad = async ({ locals }) => ({
	settings: await settings.get(locals.context.db)
});
