/** Where live documents are asked for: a WebSocket on `/collab/<documentId>`, or long-polling where those are blocked. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type ServerOptions } from 'ws';
import { collaborationPath } from '#lib/contract/collaboration.ts';
import type { App } from '../app.ts';
import type { Who } from '../context.ts';
import { Door } from './door.ts';
import type { Limits } from './limits.ts';
import { WebSocketLine } from './line.ts';
import { attachPolling } from './polling.ts';
import type { Room } from './room.ts';

export interface CollaborationOptions {
	whoOf(request: IncomingMessage): Promise<Who>;
	/** True when nobody else answers upgrades on this server but Socket.IO: an unknown path is then refused here. */
	exclusive: boolean;
	limits?: Partial<Limits>;
	/** The newest shape of texts that this node knows. */
	schema?: number;
}

export function attachCollaboration(
	http: Server,
	app: App,
	{ whoOf, exclusive, limits: overrides, schema }: CollaborationOptions
): { close(): Promise<void>; rooms(): Room[]; people(): string[] } {
	const limits: Limits = { ...app.env.collaboration, ...overrides };
	const door = new Door(app, whoOf, limits, schema);
	const polling = attachPolling(http, app, door);
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

	const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
		const path = (request.url ?? '').split('?', 1)[0]!;
		if (!path.startsWith(`${collaborationPath}/`)) {
			if (exclusive && !path.startsWith('/socket.io/')) answer(socket, '404 Not Found');
			return;
		}
		socket.on('error', () => socket.destroy());
		// Before anything else, and whatever the cookie: another site must not speak in a member's name.
		if (!app.origins.has(request.headers.origin ?? '')) return answer(socket, '403 Forbidden');
		if (door.isFull) return answer(socket, '503 Service Unavailable');
		void receive(request, socket, head, path.slice(collaborationPath.length + 1));
	};
	http.on('upgrade', onUpgrade);

	/** A client sends nothing before the handshake is answered, so that nothing is lost while its rights are asked. */
	async function receive(request: IncomingMessage, socket: Duplex, head: Buffer, documentId: string) {
		const parameters = new URLSearchParams(request.url?.split('?')[1]);
		const welcome = await door.receive({ request, documentId, parameters });
		if (socket.destroyed) return door.leave(welcome);
		// A handshake that is not WebSocket's never gets as far as entering.
		socket.once('close', () => door.leave(welcome));
		sockets.handleUpgrade(request, socket, head, (webSocket) => {
			// Refusals a person may meet are closes of an accepted socket: the stock client retries an HTTP error for ever.
			door.enter(welcome, new WebSocketLine(webSocket, socket));
		});
	}

	return {
		rooms: () => door.rooms(),
		people: () => door.people(),
		async close() {
			polling.stopOpening();
			await door.close();
			polling.close();
			http.off('upgrade', onUpgrade);
			sockets.close();
		}
	};
}

function answer(socket: Duplex, status: string): void {
	socket.on('error', () => socket.destroy());
	socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
