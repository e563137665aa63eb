import * as reviews from '#server/domain/reviews.ts';
import type { PageServerLoad } from './$types';

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

export const load: PageServerLoad = async ({ locals }) => ({ queue: await reviews.queue(locals.context) });
