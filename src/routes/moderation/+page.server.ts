import * as reviews from '#server/domain/reviews.ts';
import type { PageServerLoad } from './$types';

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

export const load: PageServerLoad = async ({ locals, url }) => {
	const returned = url.searchParams.get('rendue') ?? '';
	return {
		queue: await reviews.queue(locals.context),
		/** The reference of the case that was just given back; anything else in the address is nobody's sentence. */
		returned: /^[A-Z]{2,5}-\d{4}-\d{4,8}$/.test(returned) ? returned : null
	};
};
