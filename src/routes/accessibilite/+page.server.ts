import grid from '../../../docs/accessibility.md?raw';
import { statement } from '#lib/accessibility-statement.server.ts';
import * as settings from '#server/domain/settings.ts';
import type { PageServerLoad } from './$types';

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

const told = statement(grid);

export const load: PageServerLoad = async ({ locals }) => ({
	...told,
	contact: (await settings.get(locals.context.db)).contactEmail
});
