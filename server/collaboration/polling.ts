/**
 * Live documents where WebSockets are blocked: Socket.IO, long-polling only, through the same door. It has a server of
 * its own because a whole document comes in larger requests than anything that the live wire accepts.
 */
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import { Server, type Socket } from 'socket.io';
import * as v from 'valibot';
import {
	piece_bytes,
	pollingPath,
	type PollingEvents,
	type PollingRefusal,
	type PollingRequests
} from '#lib/contract/collaboration.ts';
import type { App } from '../app.ts';
import { isOwnPage } from '../own-page.ts';
import type { Door, Welcome } from './door.ts';
import { PollingLine, type PollingSocket } from './polling-line.ts';

/** Nobody has to say more than this before their session is known. */
const strangerRequest_bytes = 4 * 1024;
/** A request holds one piece as text, and small frames with it. */
const request_bytes = piece_bytes * 2;

const asked = v.object({
	documentId: v.pipe(v.string(), v.maxLength(100)),
	query: v.pipe(v.string(), v.maxLength(1_000))
});

export function attachPolling(
	http: HttpServer,
	app: App,
	door: Door
): { stopOpening(): void; close(): void } {
	const { limits } = door;
	const lines = new Map<string, PollingLine>();
	let isClosing = false;
	const io = new Server<PollingRequests, PollingEvents, Record<string, never>, { welcome: Welcome }>({
		path: pollingPath,
		serveClient: false,
		transports: ['polling'],
		allowUpgrades: false,
		destroyUpgrade: false,
		maxHttpBufferSize: request_bytes,
		// A line that is not read may be silent for as long as the database may refuse.
		pingTimeout: limits.giveUp_ms + 15_000,
		connectTimeout: limits.handshake_ms + 5_000,
		allowRequest: (_request, answer) => {
			const strangers = io.engine.clientsCount - lines.size;
			answer(null, !isClosing && !door.isFull && strangers < limits.handshakes);
		}
	});
	io.attach(http);

	// Every request and not only the first: the number of a connection is no proof of where a request comes from.
	io.engine.use((request: IncomingMessage, response: ServerResponse, next: (error?: Error) => void) => {
		if (!isOwnPage(request, app.origins)) {
			response.writeHead(403).end();
			return next(new Error('foreign'));
		}
		const line = request.method === 'POST' ? lines.get(connectionOf(request)) : undefined;
		if (line) line.whenRead(request, next);
		else next();
	});
	io.engine.on('connection', ({ transport }: { transport: { maxHttpBufferSize: number } }) => {
		transport.maxHttpBufferSize = strangerRequest_bytes;
	});

	io.use((socket, next) => {
		const parsed = v.safeParse(asked, socket.handshake.auth);
		const { documentId, query } = parsed.success ? parsed.output : { documentId: '', query: '' };
		const entry = { request: socket.request, documentId, parameters: new URLSearchParams(query) };
		void door.receive(entry).then((welcome) => {
			if ('code' in welcome) {
				setTimeout(() => socket.conn.close(), PollingLine.goodbye_ms).unref();
				return next(refused(welcome));
			}
			socket.data.welcome = welcome;
			socket.conn.once('close', () => door.leave(welcome));
			if (socket.conn.readyState === 'open') next();
			else door.leave(welcome);
		});
	});

	io.on('connection', (socket: PollingSocket & Socket) => {
		const { id } = socket.conn as unknown as { id: string };
		const transport = socket.conn.transport as unknown as { maxHttpBufferSize: number };
		transport.maxHttpBufferSize = request_bytes;
		const line = new PollingLine(socket, limits.step2_bytes + 1024);
		lines.set(id, line);
		socket.once('disconnect', () => lines.delete(id));
		door.enter(socket.data.welcome as Welcome, line);
	});

	return {
		stopOpening: () => void (isClosing = true),
		// The HTTP server is shared, and closed by whoever opened it.
		close: () => void io.engine.close()
	};
}

const connectionOf = (request: IncomingMessage): string =>
	new URLSearchParams((request.url ?? '').split('?')[1]).get('sid') ?? '';

function refused({ code, reason }: PollingRefusal): Error {
	return Object.assign(new Error(reason), { data: { code, reason } satisfies PollingRefusal });
}
