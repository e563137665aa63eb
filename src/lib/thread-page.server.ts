/** The page of a thread and its reply form, the same for a general discussion and for the one of a case. */
import { randomUUID } from 'node:crypto';
import { redirect, type RequestEvent } from '@sveltejs/kit';
import { isEnhanced } from './answer.server.ts';
import type { Context } from '#server/context.ts';
import * as threads from '#server/domain/threads.ts';

/** `?message=12` shows the neighbours of post 12; without it, the newest posts. */
export async function loadThread(context: Context, id: string, url: URL) {
	const asked = url.searchParams.get('message');
	const around = asked && /^\d{1,9}$/.test(asked) ? Number(asked) : undefined;
	return { ...(await threads.get(context, id, { around })), clientKey: randomUUID() };
}

export async function postReply(
	event: RequestEvent,
	id: string,
	values: { body: string; clientKey: string }
) {
	const posted = await threads.reply(event.locals.context, id, values);
	// Without JavaScript the answer is a page of its own, so that reloading it sends nothing again.
	if (!isEnhanced(event)) redirect(303, `${event.url.pathname}#message-${posted.number}`);
	return { posted };
}
