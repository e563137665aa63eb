/** A collaboration server on a free port, and the people who write through it. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { sql, type Kysely } from 'kysely';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { CaseState } from '#lib/contract/cases.ts';
import { messageType } from '#lib/contract/collaboration.ts';
import type { App } from '../../server/app.ts';
import { createSession, sessionCookieName, whoOf } from '../../server/auth/sessions.ts';
import { memoryBus } from '../../server/bus/memory.ts';
import type { Bus } from '../../server/bus/bus.ts';
import type { Limits } from '../../server/collaboration/limits.ts';
import { attachCollaboration } from '../../server/collaboration/upgrade.ts';
import type { Database } from '../../server/database/tables.ts';
import * as documents from '../../server/domain/documents.ts';
import { engine, testEnv } from './database.ts';

// The stock client listens for the end of the process once per person, and many of them are in this one.
process.setMaxListeners(0);

export interface Host {
	app: App;
	port: number;
	/** An origin the server accepts. */
	origin: string;
	/** The documents in memory. */
	rooms(): { documentId: string; idleSince: number | null }[];
	/** Stops in order, as SIGTERM does. */
	stop(): Promise<void>;
}

/** @param port the one of a host that was stopped, to come back in its place */
export async function startHost(
	db: Kysely<Database>,
	{
		bus,
		limits,
		schema,
		port = 0
	}: { bus?: Bus; limits?: Partial<Limits>; schema?: number; port?: number } = {}
): Promise<Host> {
	const ownBus =
		bus ??
		memoryBus((error) => {
			throw error;
		});
	const app: App = {
		env: testEnv(),
		db,
		databaseKind: engine,
		bus: ownBus,
		log: pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }),
		origins: new Set(),
		secure: false,
		contextFor: (who) => ({ who, db, bus: ownBus }),
		close: async () => {}
	};
	const http = createServer((_request, response) => response.writeHead(404).end());
	const sockets = new Set<Socket>();
	http.on('connection', (socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	await listen(http, port);
	const actualPort = (http.address() as AddressInfo).port;
	const origin = `http://127.0.0.1:${actualPort}`;
	app.origins.add(origin);
	const doors = attachCollaboration(http, app, {
		whoOf: (request) => whoOf(db, request.headers.cookie, false),
		exclusive: true,
		limits,
		...(schema === undefined ? {} : { schema })
	});
	return {
		app,
		port: actualPort,
		origin,
		rooms: () => doors.rooms(),
		async stop() {
			const closed = new Promise((resolve) => http.close(resolve));
			await doors.close();
			for (const socket of sockets) socket.destroy();
			await closed;
		}
	};
}

async function listen(http: Server, port: number): Promise<void> {
	http.listen(port, '127.0.0.1');
	await once(http, 'listening');
}

/** The Cookie header of a new session. */
export async function cookieOf(db: Kysely<Database>, memberId: string): Promise<string> {
	const { token } = await createSession(db, memberId);
	return `${sessionCookieName(false)}=${token}`;
}

/** How many document-changing frames a stock client sent, counted where the application will count them. */
interface Counter {
	sent: number;
	acknowledged: number;
	waiting: number[];
	access: number | null;
	closes: number[];
	attempts: number;
}

export interface Writer {
	doc: Y.Doc;
	provider: WebsocketProvider;
	counter: Counter;
	/** Everything sent on this connection is durable, and there is a connection. */
	isSaved(): boolean;
	leave(): void;
}

/** The stock y-websocket client, with a cookie and an origin, as a browser has them. */
export function write(
	place: { port: number },
	documentId: string,
	{
		cookie,
		doc = new Y.Doc(),
		origin = `http://127.0.0.1:${place.port}`,
		connect = true,
		extended = true
	}: {
		cookie: string;
		doc?: Y.Doc;
		origin?: string;
		connect?: boolean;
		extended?: boolean;
	}
): Writer {
	const counter: Counter = { sent: 0, acknowledged: 0, waiting: [], access: null, closes: [], attempts: 0 };
	class Socket extends WebSocket {
		constructor(address: string) {
			// As the application does: the stock client itself waits for ever for a handshake.
			super(address, { headers: { cookie, origin }, handshakeTimeout: 5_000 });
			counter.attempts++;
			counter.sent = 0;
			counter.acknowledged = 0;
			this.on('close', (code) => counter.closes.push(code));
		}
		override send(data: Uint8Array): void {
			const bytes = new Uint8Array(data);
			if (bytes[0] === messageType.sync && bytes[1] !== 0) counter.sent++;
			super.send(data);
		}
	}
	const provider = new WebsocketProvider(`ws://127.0.0.1:${place.port}/collab`, documentId, doc, {
		WebSocketPolyfill: Socket as unknown as typeof globalThis.WebSocket,
		disableBc: true,
		connect,
		params: extended ? { ext: '1' } : {}
	});
	const handlers = provider.messageHandlers as unknown as ((
		encoder: encoding.Encoder,
		decoder: decoding.Decoder
	) => void)[];
	handlers[messageType.acknowledged] = (_encoder, decoder) =>
		(counter.acknowledged = decoding.readVarUint(decoder));
	handlers[messageType.access] = (_encoder, decoder) => (counter.access = decoding.readVarUint(decoder));
	handlers[messageType.waiting] = (_encoder, decoder) => counter.waiting.push(decoding.readVarUint(decoder));
	return {
		doc,
		provider,
		counter,
		isSaved: () => provider.synced && counter.sent > 0 && counter.acknowledged === counter.sent,
		leave: () => {
			provider.destroy();
			doc.destroy();
		}
	};
}

/** A socket that says exactly what it is told, and keeps what it hears. */
export interface Raw {
	socket: WebSocket;
	/** Frames heard, as [message type, sync type when it is a sync message, payload]. */
	frames: Uint8Array[];
	acknowledged(): number;
	/** Resolves with the close code. */
	closed: Promise<number>;
	sendUpdate(update: Uint8Array): void;
	sendStep2(update: Uint8Array): void;
	ask(stateVector?: Uint8Array): void;
}

export async function openRaw(
	place: { port: number; origin: string },
	documentId: string,
	cookie: string,
	query = '?ext=1',
	headers: Record<string, string> = {}
): Promise<Raw> {
	const socket = new WebSocket(`ws://127.0.0.1:${place.port}/collab/${documentId}${query}`, {
		headers: { cookie, origin: place.origin, ...headers }
	});
	const frames: Uint8Array[] = [];
	let acknowledged = 0;
	socket.on('message', (data: Buffer) => {
		const frame = new Uint8Array(data);
		frames.push(frame);
		const decoder = decoding.createDecoder(frame);
		if (decoding.readVarUint(decoder) === messageType.acknowledged)
			acknowledged = decoding.readVarUint(decoder);
	});
	socket.on('error', () => {});
	const closed = new Promise<number>((resolve) => socket.once('close', resolve));
	await once(socket, 'open');
	const send = (type: number, bytes: Uint8Array) => {
		const encoder = encoding.createEncoder();
		encoding.writeVarUint(encoder, messageType.sync);
		encoding.writeVarUint(encoder, type);
		encoding.writeVarUint8Array(encoder, bytes);
		socket.send(encoding.toUint8Array(encoder));
	};
	return {
		socket,
		frames,
		acknowledged: () => acknowledged,
		closed,
		sendUpdate: (update) => send(2, update),
		sendStep2: (update) => send(1, update),
		ask: (stateVector = new Uint8Array([0])) => send(0, stateVector)
	};
}

/** The status of an upgrade that is refused. */
export function refusedStatus(address: string, headers: Record<string, string>): Promise<number> {
	return new Promise((resolve, reject) => {
		const socket = new WebSocket(address, { headers });
		socket.once('unexpected-response', (request, response) => {
			request.destroy();
			resolve(response.statusCode ?? 0);
		});
		socket.once('open', () => reject(new Error('accepted')));
		socket.on('error', () => {});
	});
}

export async function until(condition: () => boolean | Promise<boolean>, what: string, limit_ms = 10_000) {
	const deadline = Date.now() + limit_ms;
	while (!(await condition())) {
		if (Date.now() > deadline) throw new Error(`in vain after ${limit_ms} ms: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}

/** A draft of these organisations; the first is its pilot. */
export async function draftCase(
	db: Kysely<Database>,
	organisationIds: string[],
	state: CaseState = 'draft'
): Promise<{ caseId: string; documentId: string }> {
	const documentId = await documents.create(db, 'case', { isDemo: false });
	const { id } = await db
		.insertInto('cases')
		.values({
			reference: `DEI-2026-${1000 + Math.floor(Math.random() * 1e9)}`,
			document_id: documentId,
			state,
			client_key: randomUUID()
		})
		.returning('id')
		.executeTakeFirstOrThrow();
	for (const [position, organisationId] of organisationIds.entries())
		await db
			.insertInto('case_organisations')
			.values({ case_id: id, organisation_id: organisationId, role: position === 0 ? 'pilot' : 'partner' })
			.execute();
	return { caseId: id, documentId };
}

/** How many updates the database holds for a document, folded or not. */
export async function countRows(db: Kysely<Database>, documentId: string): Promise<number> {
	const { rows } = await sql<{ count: number }>`
		select (select count(*) from live_updates where document_id = ${documentId}::uuid)
			+ (select count(*) from live_update_archive where document_id = ${documentId}::uuid) as count`.execute(db);
	return Number(rows[0]!.count);
}
