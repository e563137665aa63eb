/** Rooms follow rights: when these change, sockets lose what they may no longer hear. */
import type { IncomingMessage } from 'node:http';
import type { App } from '../app.ts';
import type { Who } from '../context.ts';
import * as threads from '../domain/threads.ts';
import { isFailure } from '../errors.ts';
import {
	memberRoom,
	sessionRoom,
	socketsIn,
	threadRoom,
	threadsHeardBy,
	type LiveServer,
	type LiveSocket
} from './wire.ts';

/** A change announced by a process that died, or a session that ended by age, is noticed this late at most. */
const recheck_ms = 60_000;

export function attachRights(
	io: LiveServer,
	app: App,
	{ whoOf }: { whoOf(request: IncomingMessage): Promise<Who> }
) {
	let changes = 0;

	const stops = [
		app.bus.subscribe('bus.missed', () => {
			changes++;
			void recheckAll();
		}),
		app.bus.subscribe('session.ended', ({ sessionId }) => {
			changes++;
			for (const socket of socketsIn(io, sessionRoom(sessionId))) end(socket);
		}),
		app.bus.subscribe('member.access', ({ memberId }) => {
			changes++;
			for (const socket of socketsIn(io, memberRoom(memberId))) void recheck(socket);
		}),
		app.bus.subscribe('document.access', ({ documentId }) => {
			threads.ofDocument(app.db, documentId).then(
				(threadId) => {
					if (threadId) for (const socket of socketsIn(io, threadRoom(threadId))) recheckThreads(socket);
				},
				(error: unknown) => {
					app.log.error({ err: error }, 'the thread of a document could not be found');
					for (const socket of io.sockets.sockets.values())
						if (threadsHeardBy(socket).length > 0) void recheck(socket);
				}
			);
		})
	];
	let isRechecking = false;
	let isAskedAgain = false;
	const timer = setInterval(() => void recheckAll(), recheck_ms);
	timer.unref();

	/** One after the other: a thousand sockets must not take the database from those who read. */
	async function recheckAll(): Promise<void> {
		isAskedAgain = true;
		if (isRechecking) return;
		isRechecking = true;
		while (isAskedAgain) {
			isAskedAgain = false;
			for (const socket of [...io.sockets.sockets.values()]) await recheck(socket);
		}
		isRechecking = false;
	}

	/** Asks again who this is, then what they may hear. */
	async function recheck(socket: LiveSocket): Promise<void> {
		await whoOf(socket.request)
			.then(async (who) => {
				if (who.kind !== 'member' || who.id !== socket.data.who.id) return end(socket);
				socket.data.who = who;
				await leaveUnreadable(socket);
			})
			.catch((error: unknown) => cut(socket, error));
	}

	function recheckThreads(socket: LiveSocket): void {
		leaveUnreadable(socket).catch((error: unknown) => cut(socket, error));
	}

	async function leaveUnreadable(socket: LiveSocket): Promise<void> {
		let lost = false;
		for (const threadId of threadsHeardBy(socket)) {
			try {
				await threads.lastNumber(app.contextFor(socket.data.who), threadId);
			} catch (error) {
				if (!isFailure(error)) throw error;
				await socket.leave(threadRoom(threadId));
				lost = true;
			}
		}
		// The client comes back by the door, asks again for what it heard, and learns what is missing.
		if (lost) socket.conn.close();
	}

	/** When rights cannot be read, nothing more is heard: the client comes back by the door. */
	function cut(socket: LiveSocket, error: unknown): void {
		app.log.error({ err: error }, 'the rights of a live connection could not be read');
		socket.conn.close();
	}

	return {
		/** How many times rights changed so far: a socket that saw fewer must be rechecked. */
		changes: () => changes,
		recheck,
		stop() {
			clearInterval(timer);
			for (const stop of stops) stop();
		}
	};
}

function end(socket: LiveSocket): void {
	socket.emit('session.ended');
	socket.disconnect(true);
}
