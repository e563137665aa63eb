/**
 * The least that speaks y-websocket and keeps words: one Y.Doc per document, every update broadcast at once and written to
 * PostgreSQL as one row. It acknowledges nothing, checks nobody and never folds its log.
 */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { Pool } from 'pg';
import { WebSocketServer, type WebSocket } from 'ws';
import * as awarenessProtocol from 'y-protocols/awareness';
import * as syncProtocol from 'y-protocols/sync';
import * as Y from 'yjs';
import { answerReadings } from '../meter.ts';

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
await pool.query(
	`create table if not exists bench_updates (id bigserial primary key, name text not null, data bytea not null)`
);
await pool.query('create index if not exists bench_updates_name on bench_updates (name, id)');

interface Room {
	doc: Y.Doc;
	awareness: awarenessProtocol.Awareness;
	sockets: Set<WebSocket>;
	loaded: Promise<void>;
}
const rooms = new Map<string, Room>();

function roomOf(name: string): Room {
	const known = rooms.get(name);
	if (known) return known;
	const doc = new Y.Doc();
	const awareness = new awarenessProtocol.Awareness(doc);
	awareness.setLocalState(null);
	const sockets = new Set<WebSocket>();
	const tell = (frame: Uint8Array) => {
		for (const socket of sockets) socket.send(frame);
	};
	const room: Room = { doc, awareness, sockets, loaded: load(name, doc) };
	void room.loaded.then(() => {
		doc.on('update', (update: Uint8Array) => {
			void pool.query('insert into bench_updates (name, data) values ($1, $2)', [name, Buffer.from(update)]);
			tell(frameOf(0, (encoder) => syncProtocol.writeUpdate(encoder, update)));
		});
	});
	awareness.on('update', (change: { added: number[]; updated: number[]; removed: number[] }) => {
		const clients = [...change.added, ...change.updated, ...change.removed];
		const bytes = awarenessProtocol.encodeAwarenessUpdate(awareness, clients);
		tell(frameOf(1, (encoder) => encoding.writeVarUint8Array(encoder, bytes)));
	});
	rooms.set(name, room);
	return room;
}

async function load(name: string, doc: Y.Doc): Promise<void> {
	const { rows } = await pool.query<{ data: Buffer }>(
		'select data from bench_updates where name = $1 order by id',
		[name]
	);
	doc.transact(() => {
		for (const { data } of rows) Y.applyUpdate(doc, data);
	});
}

function frameOf(type: number, write: (encoder: encoding.Encoder) => void): Uint8Array {
	const encoder = encoding.createEncoder();
	encoding.writeVarUint(encoder, type);
	write(encoder);
	return encoding.toUint8Array(encoder);
}

const server = new WebSocketServer(
	{ host: '127.0.0.1', port: Number(process.env.PORT), perMessageDeflate: false },
	() => process.send!('listening')
);
server.on('connection', (socket, request) => {
	const name = request.url!.split('?')[0]!.split('/').at(-1)!;
	const room = roomOf(name);
	room.sockets.add(socket);
	socket.on('message', (data: Buffer) => void room.loaded.then(() => receive(room, socket, data)));
	socket.on('close', () => {
		room.sockets.delete(socket);
		if (room.sockets.size > 0) return;
		room.awareness.destroy();
		room.doc.destroy();
		rooms.delete(name);
	});
});

function receive(room: Room, socket: WebSocket, data: Buffer): void {
	const decoder = decoding.createDecoder(data);
	const type = decoding.readVarUint(decoder);
	if (type === 0) {
		const reply = frameOf(
			0,
			(encoder) => void syncProtocol.readSyncMessage(decoder, encoder, room.doc, socket)
		);
		if (reply.length > 1) socket.send(reply);
	} else if (type === 1) {
		awarenessProtocol.applyAwarenessUpdate(room.awareness, decoding.readVarUint8Array(decoder), socket);
	}
}
answerReadings();
