import * as reviews from '#server/domain/reviews.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => ({ queue: await reviews.queue(locals.context) });
