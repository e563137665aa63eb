import * as threads from '#server/domain/threads.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const cursor = url.searchParams.get('suite');
	return { ...(await threads.list(locals.context, { cursor })), isStart: !cursor };
};
