import { getLocale } from '#lib/paraglide/runtime.js';
import { theme } from '#server/domain/themes.ts';
import type { PageServerLoad } from './$types';

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

export const load: PageServerLoad = async ({ locals }) => ({
	theme: await theme(locals.context.db, getLocale())
});
