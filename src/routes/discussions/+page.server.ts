import * as threads from '#server/domain/threads.ts';
import type { PageServerLoad } from './$types';

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

export const load: PageServerLoad = async ({ locals, url }) => {
	const cursor = url.searchParams.get('suite');
	return { ...(await threads.list(locals.context, { cursor })), isStart: !cursor };
};
