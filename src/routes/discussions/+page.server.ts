import * as threads from '#server/domain/threads.ts';
import type { PageServerLoad } from './$types';

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

export const load: PageServerLoad = async ({ locals, url }) => {
	const cursor = url.searchParams.get('suite');
	const query = url.searchParams.get('recherche')?.trim().slice(0, 100) ?? '';
	return { ...(await threads.list(locals.context, { cursor, query })), query, isStart: !cursor };
};
