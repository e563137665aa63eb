/** Tells the people in a room what was committed. A lost telling is harmless: numbers show what is missing. */
import type { App } from '../app.ts';
import * as threads from '../domain/threads.ts';
import { threadRoom, threadsHeardBy, type LiveServer } from './wire.ts';

const heads_ms = 25_000;

export function attachDelivery(io: LiveServer, app: App) {
	/** Per thread, the delivery in progress: posts are told in the order of their numbers. */
	const telling = new Map<string, Promise<void>>();

	const unsubscribe = app.bus.subscribe('post.created', ({ threadId, number }) => {
		const room = threadRoom(threadId);
		if (!io.sockets.adapter.rooms.has(room)) return;
		const told = (telling.get(threadId) ?? Promise.resolve())
			.then(async () => {
				// Read once, whatever the number of people in the room.
				const post = await threads.committedPost(app.db, threadId, number);
				if (post) io.to(room).emit('post.created', { threadId, number, post });
			})
			.catch((error: unknown) => app.log.error({ err: error }, 'a post could not be delivered'))
			.finally(() => {
				if (telling.get(threadId) === told) telling.delete(threadId);
			});
		telling.set(threadId, told);
	});

	let isBeating = false;
	const beat = () => {
		if (isBeating) return;
		isBeating = true;
		tellHeads()
			.catch((error: unknown) => app.log.error({ err: error }, 'the newest numbers could not be told'))
			.finally(() => (isBeating = false));
	};
	const timer = setInterval(beat, heads_ms);
	timer.unref();
	const stopMissing = app.bus.subscribe('bus.missed', beat);

	async function tellHeads(): Promise<void> {
		const heard = [...io.sockets.sockets.values()].map((socket) => ({ socket, ids: threadsHeardBy(socket) }));
		const heads = await threads.heads(app.db, [...new Set(heard.flatMap(({ ids }) => ids))]);
		for (const { socket, ids } of heard) {
			const known = ids.flatMap((id) => {
				const head = heads.get(id);
				return head === undefined || !socket.rooms.has(threadRoom(id)) ? [] : [[id, head] as const];
			});
			if (known.length > 0) socket.emit('threads.heads', { heads: Object.fromEntries(known) });
		}
	}

	return {
		/** Resolves when what was being told is told. */
		async stop() {
			unsubscribe();
			stopMissing();
			clearInterval(timer);
			await Promise.all(telling.values());
		}
	};
}
