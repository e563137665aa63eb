/** Socket.IO: who may come in, what they may ask. People write over HTTP; this wire only tells them what happened. */
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import * as v from 'valibot';
import type { JoinAnswer } from '#lib/contract/live.ts';
import type { App } from '../app.ts';
import { callerAddress, networkOf, Seats } from '../caller.ts';
import type { Who } from '../context.ts';
import * as threads from '../domain/threads.ts';
import { isFailure } from '../errors.ts';
import { isOwnPage } from '../own-page.ts';
import { attachDelivery } from './delivery.ts';
import { attachRights } from './rights.ts';
import {
	memberRoom,
	sessionRoom,
	threadRoom,
	threadsHeardBy,
	type LiveServer,
	type LiveSocket
} from './wire.ts';

const roomsPerSocket = 200;
/** What one socket may ask in ten seconds before it is cut. */
const requestsPerWindow = 100;
const window_ms = 10_000;

const aboutThread = v.object({ threadId: v.pipe(v.string(), v.uuid(), v.toLowerCase()) });

export function attachLive(
	http: HttpServer,
	app: App,
	{ whoOf }: { whoOf(request: IncomingMessage): Promise<Who> }
): { close(): Promise<void>; people(): string[] } {
	let closing = false;
	const { memberSockets, addressSockets } = app.env.collaboration;
	const perMember = new Seats(memberSockets);
	const perAddress = new Seats(addressSockets);
	const addressOf = (request: IncomingMessage) => networkOf(callerAddress(request, app.env.proxies));
	const io: LiveServer = new Server({
		path: '/socket.io',
		serveClient: false,
		// Upgrades of other paths belong to the live documents.
		destroyUpgrade: false,
		maxHttpBufferSize: 65_536,
		perMessageDeflate: false,
		// No connectionStateRecovery: it would hand a returning socket what was said in rooms it has lost the right to.
		allowRequest: (request, answer) =>
			answer(null, !closing && isOwnPage(request, app.origins) && !perAddress.isFull(addressOf(request)))
	});
	io.attach(http);
	io.engine.on('connection', (connection: { request: IncomingMessage; once: Server['once'] }) => {
		connection.once('close', perAddress.take(addressOf(connection.request)));
	});

	const rights = attachRights(io, app, { whoOf });
	const delivery = attachDelivery(io, app);

	io.use((socket, next) => {
		const seen = rights.changes();
		whoOf(socket.request).then(
			(who) => {
				if (who.kind !== 'member') return next(new Error('unauthorized'));
				if (perMember.isFull(who.id)) return next(new Error('too_many'));
				socket.data.who = who;
				socket.data.changesSeen = seen;
				next();
			},
			(error: unknown) => {
				app.log.error({ err: error }, 'a live connection could not be identified');
				// Refusing would be final for the client; a lost connection makes it try again.
				socket.conn.close();
			}
		);
	});

	io.on('connection', (socket) => {
		const { who } = socket.data;
		socket.once('disconnect', perMember.take(who.id));
		void socket.join([memberRoom(who.id), sessionRoom(who.sessionId)]);
		// Rights that changed while they were being read, when the socket was in no room yet, are read again.
		if (socket.data.changesSeen !== rights.changes()) void rights.recheck(socket);

		let windowStart = Date.now();
		let requests = 0;
		socket.use((_packet, next) => {
			if (Date.now() - windowStart > window_ms) {
				windowStart = Date.now();
				requests = 0;
			}
			if (++requests > requestsPerWindow) socket.disconnect(true);
			else next();
		});

		socket.on('thread.join', (request: unknown, answer: unknown) => {
			const tell = (joined: JoinAnswer) => {
				if (typeof answer === 'function') answer(joined);
			};
			join(socket, request).then(tell, (error: unknown) => {
				app.log.error({ err: error }, 'a thread could not be joined');
				tell({ ok: false, reason: 'unavailable' });
			});
		});
		socket.on('thread.leave', (request: unknown) => {
			const parsed = v.safeParse(aboutThread, request);
			if (parsed.success) void socket.leave(threadRoom(parsed.output.threadId));
		});
	});

	async function join(socket: LiveSocket, request: unknown): Promise<JoinAnswer> {
		const parsed = v.safeParse(aboutThread, request);
		if (!parsed.success) return { ok: false, reason: 'invalid' };
		const { threadId } = parsed.output;
		const room = threadRoom(threadId);
		if (!socket.rooms.has(room) && threadsHeardBy(socket).length >= roomsPerSocket) {
			return { ok: false, reason: 'invalid' };
		}
		try {
			await threads.lastNumber(app.contextFor(socket.data.who), threadId);
			// In the room before the number is read: a post committed in between is heard, not lost.
			await socket.join(room);
			return { ok: true, lastNumber: await threads.lastNumber(app.contextFor(socket.data.who), threadId) };
		} catch (error) {
			await socket.leave(room);
			if (isFailure(error)) return { ok: false, reason: 'missing' };
			throw error;
		}
	}

	return {
		people: () => perMember.holders,
		async close() {
			closing = true;
			rights.stop();
			// Closing transports makes browsers come back by themselves; disconnecting sockets would tell them not to.
			// The HTTP server is shared, and closed by whoever opened it.
			io.engine.close();
			await delivery.stop();
		}
	};
}
