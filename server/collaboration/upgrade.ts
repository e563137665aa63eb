/** The door of live documents, `/collab/<documentId>`: origin, session, right; then a room. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type ServerOptions } from 'ws';
import { closeCode, collaborationPath } from '#lib/contract/collaboration.ts';
import type { App } from '../app.ts';
import type { Member, Who } from '../context.ts';
import { access } from '../domain/documents.ts';
import { isFailure } from '../errors.ts';
import { Connection } from './connection.ts';
import { limits as defaults, type Limits } from './limits.ts';
import { reasonOf } from './reason.ts';
import { Rights, type Entrant } from './rights.ts';
import type { Room } from './room.ts';
import { Rooms } from './rooms.ts';

export interface CollaborationOptions {
	whoOf(request: IncomingMessage): Promise<Who>;
	/** True when nobody else answers upgrades on this server but Socket.IO: an unknown path is then refused here. */
	exclusive: boolean;
	limits?: Partial<Limits>;
}

type Welcome =
	{ room: Room; who: Member; canWrite: boolean; entrant: Entrant } | { code: number; reason: string };

export function attachCollaboration(
	http: Server,
	app: App,
	{ whoOf, exclusive, limits: overrides }: CollaborationOptions
): { close(): Promise<void> } {
	const limits: Limits = { ...defaults, ...overrides };
	const rooms = new Rooms(app, limits);
	const rights = new Rights(app, rooms, whoOf, limits);
	// closeTimeout is younger than the types of ws: a refused socket is gone after it, whatever its client does.
	const options: ServerOptions & { closeTimeout: number } = {
		noServer: true,
		perMessageDeflate: false,
		maxPayload: limits.step2_bytes + 1024,
		maxFragments: limits.fragments,
		closeTimeout: 1_000,
		clientTracking: false
	};
	const sockets = new WebSocketServer(options);
	const perSession = new Map<string, number>();
	let open = 0;
	let handshakes = 0;
	let isClosing = false;

	const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
		const path = (request.url ?? '').split('?', 1)[0]!;
		if (!path.startsWith(`${collaborationPath}/`)) {
			if (exclusive && !path.startsWith('/socket.io/')) answer(socket, '404 Not Found');
			return;
		}
		socket.on('error', () => socket.destroy());
		// Before anything else, and whatever the cookie: another site must not speak in a member's name.
		if (!app.origins.has(request.headers.origin ?? '')) return answer(socket, '403 Forbidden');
		if (isClosing || handshakes >= limits.handshakes || open >= limits.sockets)
			return answer(socket, '503 Service Unavailable');
		handshakes++;
		void receive(request, socket, head, path.slice(collaborationPath.length + 1).toLowerCase()).finally(
			() => handshakes--
		);
	};
	http.on('upgrade', onUpgrade);

	/** A client sends nothing before the handshake is answered, so that nothing is lost while its rights are asked. */
	async function receive(request: IncomingMessage, socket: Duplex, head: Buffer, documentId: string) {
		const welcome = await inTime(invite(request, documentId));
		if (socket.destroyed) return void leaveDoor(welcome);
		sockets.handleUpgrade(request, socket, head, (webSocket) => {
			leaveDoor(welcome);
			// Refusals a person may meet are closes of an accepted socket: the stock client retries an HTTP error for ever.
			if ('code' in welcome) return webSocket.close(welcome.code, welcome.reason);
			const { room, who, canWrite, entrant } = welcome;
			if (isClosing || room.isDropped || entrant.isDoubtful)
				return webSocket.close(closeCode.restarting, 'come back');
			const sessions = perSession.get(who.sessionId) ?? 0;
			if (sessions >= limits.sessionSockets || room.connections.size >= limits.roomSockets)
				return webSocket.close(closeCode.unavailable, 'too many');

			open++;
			perSession.set(who.sessionId, sessions + 1);
			webSocket.once('close', () => {
				open--;
				const left = perSession.get(who.sessionId)! - 1;
				if (left > 0) perSession.set(who.sessionId, left);
				else perSession.delete(who.sessionId);
			});
			const isExtended = new URLSearchParams(request.url?.split('?')[1]).get('ext') === '1';
			room.join(
				new Connection({
					socket: webSocket,
					request,
					who,
					documentId,
					canWrite,
					isExtended,
					limits,
					log: app.log
				})
			);
		});
	}

	async function invite(request: IncomingMessage, documentId: string): Promise<Welcome> {
		for (;;) {
			// From here on a change of rights is heard; what was asked before it is asked again.
			const entrant: Entrant = { documentId, memberId: null, sessionId: null, isDoubtful: false };
			rights.entrants.add(entrant);
			let isIn = false;
			try {
				const who = await whoOf(request);
				if (who.kind !== 'member') return { code: closeCode.sessionEnded, reason: 'session ended' };
				entrant.memberId = who.id;
				entrant.sessionId = who.sessionId;
				const { canWrite } = await access(app.contextFor(who), documentId);
				const room = await rooms.room(documentId);
				isIn = !entrant.isDoubtful && !room.isDropped;
				if (isIn) return { room, who, canWrite, entrant };
			} catch (error) {
				if (isFailure(error)) return { code: closeCode.missing, reason: 'missing' };
				throw error;
			} finally {
				if (!isIn) rights.entrants.delete(entrant);
			}
		}
	}

	async function inTime(work: Promise<Welcome>): Promise<Welcome> {
		const unavailable: Welcome = { code: closeCode.unavailable, reason: 'unavailable' };
		let timer: NodeJS.Timeout | undefined;
		let isLate = false;
		const late = new Promise<Welcome>((resolve) => {
			timer = setTimeout(() => {
				isLate = true;
				resolve(unavailable);
			}, limits.handshake_ms);
		});
		const safe = work.then(
			(welcome) => {
				if (isLate) leaveDoor(welcome);
				return welcome;
			},
			(error: unknown) => {
				app.log.error({ reason: reasonOf(error) }, 'a live document could not be opened');
				return unavailable;
			}
		);
		try {
			return await Promise.race([safe, late]);
		} finally {
			clearTimeout(timer);
		}
	}

	function leaveDoor(welcome: Welcome): void {
		if ('entrant' in welcome) rights.entrants.delete(welcome.entrant);
	}

	return {
		async close() {
			isClosing = true;
			await rooms.close((connection) => connection.close(closeCode.restarting, 'restarting'));
			rights.close();
			http.off('upgrade', onUpgrade);
			sockets.close();
		}
	};
}

function answer(socket: Duplex, status: string): void {
	socket.on('error', () => socket.destroy());
	socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
