import * as threads from '#server/domain/threads.ts';
import { answer } from '../../../answer.ts';
import type { RequestHandler } from './$types';

/** `?after=<number>` → {posts: PostView[]}, at most catchUpLimit, oldest first. */
export const GET: RequestHandler = ({ locals, params, url }) => {
	const after = url.searchParams.get('after') ?? '0';
	return answer(async () => ({
		posts: await threads.postsAfter(locals.context, params.id, /^\d{1,10}$/.test(after) ? Number(after) : NaN)
	}));
};
