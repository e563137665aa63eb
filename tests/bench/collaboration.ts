/**
 * Live documents beside a bare WebSocket relay, same load, same run. Load comes from this process, the server is another.
 * On the embedded database, or on PostgreSQL with TEST_DATABASE_URL.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import * as documents from '../../server/domain/documents.ts';
import { cookieOf } from '../support/collaboration.ts';
import { engine, testDatabase } from '../support/database.ts';

interface Load {
	name: string;
	documents: number;
	/** Per document. */
	writers: number;
	readers: number;
	/** Updates per second of one writer. */
	rate: number;
}

const loads: Load[] = [
	{ name: '1 document, 2 writers, 5/s', documents: 1, writers: 2, readers: 0, rate: 5 },
	{ name: '1 document, 10 writers + 50 readers, 5/s', documents: 1, writers: 10, readers: 50, rate: 5 },
	{ name: '1 document, 50 writers + 200 readers, 5/s', documents: 1, writers: 50, readers: 200, rate: 5 },
	{ name: '60 documents, 300 clients, 180 updates/s', documents: 60, writers: 3, readers: 2, rate: 1 },
	{ name: '500 documents, 1500 clients, 350 updates/s', documents: 500, writers: 1, readers: 2, rate: 0.7 }
];
const seconds = Number(process.env.BENCH_SECONDS ?? 8);
const people = 60;

export async function run(): Promise<void> {
	const place = await testDatabase({ onDisk: true });
	const members = await place.db
		.insertInto('members')
		.values(
			Array.from({ length: people }, (_, index) => ({
				email: `bench-${index}@example.invalid`,
				name: `Bench ${index}`,
				password_hash: 'unusable'
			}))
		)
		.returning('id')
		.execute();
	const cookies = await Promise.all(members.map(({ id }) => cookieOf(place.db, id)));
	const ids = await Promise.all(
		Array.from({ length: 700 }, () => documents.create(place.db, 'bench', { isDemo: false }))
	);
	await place.release();

	const port = await freePort();
	const relayPort = await freePort();
	const server = await start('../faults/server.ts', {
		...place.variables,
		PORT: String(port),
		TEST_LIMITS: JSON.stringify({ framesPerSecond: 1e6, bytesPerSecond: 1e9 })
	});
	const relay = await start('./relay.ts', { PORT: String(relayPort) });
	console.log(`database: ${engine}; milliseconds, ${seconds} s per load\n`);
	console.log(row(['load', 'to', 'updates/s', 'peer p50', 'p95', 'p99', 'ack p50', 'p99', 'cpu s', 'MB']));
	try {
		let next = 0;
		for (const load of loads) {
			const own = ids.slice(next, (next += load.documents));
			for (const [to, child, at] of [
				['relay', relay, relayPort],
				['passerelle', server, port]
			] as const) {
				const { peers, acks, sent, cpu_s } = await measure(load, at, own, cookies, () => cpuOf(child));
				console.log(
					row([
						to === 'relay' ? load.name : '',
						to,
						(sent / seconds).toFixed(0),
						percentile(peers, 50),
						percentile(peers, 95),
						percentile(peers, 99),
						percentile(acks, 50),
						percentile(acks, 99),
						cpu_s.toFixed(2),
						memoryOf(child)
					])
				);
			}
		}
		await saturate(port, ids[next]!, cookies);
	} finally {
		server.kill('SIGKILL');
		relay.kill('SIGKILL');
		await place.close();
	}
}

/** Twenty writers in one document, each with at most so many frames that are not acknowledged. */
async function saturate(port: number, id: string, cookies: string[]): Promise<void> {
	const window = 100;
	let acknowledged = 0;
	let isOver = false;
	const sockets = await Promise.all(
		Array.from({ length: 20 }, async (_, index) => {
			const socket = await open(port, id, cookies[index]!);
			const doc = new Y.Doc();
			let sent = 0;
			let durable = 0;
			doc.on('update', (update: Uint8Array) => {
				sent++;
				socket.send(syncFrame(2, update));
			});
			const fill = () => {
				while (!isOver && sent - durable < window) doc.getText('bench').insert(sent, 'x');
			};
			socket.on('message', (data: Buffer) => {
				if (data[0] !== 100) return;
				const decoder = decoding.createDecoder(data);
				decoding.readVarUint(decoder);
				const count = decoding.readVarUint(decoder);
				acknowledged += count - durable;
				durable = count;
				fill();
			});
			fill();
			return socket;
		})
	);
	const began = performance.now();
	const cpu = process.cpuUsage();
	await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
	isOver = true;
	const took_s = (performance.now() - began) / 1000;
	const { user, system } = process.cpuUsage(cpu);
	const own = (user + system) / 1e6 / took_s;
	console.log(
		`\n1 document, 20 writers without pause: ${(acknowledged / took_s).toFixed(0)} durable updates/s` +
			(own > 0.9 ? ' (this process, which makes the load, was itself at its limit)' : '')
	);
	for (const socket of sockets) socket.terminate();
}

async function measure(load: Load, port: number, ids: string[], cookies: string[], cpu: () => number) {
	const peers: number[] = [];
	const acks: number[] = [];
	const sockets: WebSocket[] = [];
	const stops: (() => void)[] = [];
	let sent = 0;
	let isMeasured = false;
	for (const id of ids) {
		/** When each update left, by client id and clock. */
		const left = new Map<number, number[]>();
		for (let index = 0; index < load.writers + load.readers; index++) {
			const socket = await open(port, id, cookies[sockets.length % cookies.length]!);
			sockets.push(socket);
			// One listener per document reads what it hears; more would measure this process.
			const isListener = index === load.writers + load.readers - 1;
			const doc = new Y.Doc();
			const moments: number[] = [];
			let acknowledged = 0;
			socket.on('message', (data: Buffer) => {
				const now = performance.now();
				if (data[0] === 100) {
					const decoder = decoding.createDecoder(data);
					decoding.readVarUint(decoder);
					const count = decoding.readVarUint(decoder);
					for (; acknowledged < count; acknowledged++)
						if (isMeasured) acks.push(now - moments[acknowledged]!);
				} else if (isListener && data[0] === 0 && data[1] === 2) {
					const { from, to } = Y.parseUpdateMeta(payload(data));
					for (const [client, end] of to) {
						if (client === doc.clientID) continue;
						for (let clock = from.get(client)!; clock < end; clock++) {
							const moment = left.get(client)?.[clock];
							if (isMeasured && moment !== undefined) peers.push(now - moment);
						}
					}
				}
			});
			socket.send(syncFrame(0, new Uint8Array([0])));
			if (index >= load.writers) continue;
			left.set(doc.clientID, moments);
			doc.on('update', (update: Uint8Array) => {
				moments.push(performance.now());
				if (isMeasured) sent++;
				socket.send(syncFrame(2, update));
			});
			let timer: NodeJS.Timeout;
			const type = () => {
				doc.getText('bench').insert(moments.length, 'x');
				// Around the asked rate, so that writers do not beat in step.
				timer = setTimeout(type, (1000 / load.rate) * (0.5 + Math.random()));
			};
			timer = setTimeout(type, (1000 / load.rate) * Math.random());
			stops.push(() => clearTimeout(timer));
		}
	}
	await new Promise((resolve) => setTimeout(resolve, 1_000));
	isMeasured = true;
	const cpuBefore = cpu();
	await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
	isMeasured = false;
	const cpu_s = cpu() - cpuBefore;
	for (const stop of stops) stop();
	for (const socket of sockets) socket.terminate();
	return { peers, acks, sent, cpu_s };
}

async function open(port: number, id: string, cookie: string): Promise<WebSocket> {
	const socket = new WebSocket(`ws://127.0.0.1:${port}/collab/${id}?ext=1`, {
		headers: { cookie, origin: `http://127.0.0.1:${port}` },
		perMessageDeflate: false
	});
	await once(socket, 'open');
	return socket;
}

function syncFrame(type: number, bytes: Uint8Array): Uint8Array {
	const encoder = encoding.createEncoder();
	encoding.writeVarUint(encoder, 0);
	encoding.writeVarUint(encoder, type);
	encoding.writeVarUint8Array(encoder, bytes);
	return encoding.toUint8Array(encoder);
}

function payload(frame: Uint8Array): Uint8Array {
	const decoder = decoding.createDecoder(frame);
	decoding.readVarUint(decoder);
	decoding.readVarUint(decoder);
	return decoding.readVarUint8Array(decoder);
}

async function start(file: string, env: Record<string, string>): Promise<ChildProcess> {
	const child = spawn(process.execPath, [join(import.meta.dirname, file)], {
		env: { PATH: process.env.PATH, HOST: '127.0.0.1', LOG_LEVEL: 'error', ...env },
		stdio: ['ignore', 'pipe', 'inherit']
	});
	await once(child.stdout!, 'data');
	return child;
}

/** Seconds of processor this process has used, where the system tells. */
function cpuOf(child: ChildProcess): number {
	try {
		const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
		return (Number(fields[11]) + Number(fields[12])) / 100;
	} catch {
		return NaN;
	}
}

function memoryOf(child: ChildProcess): string {
	try {
		const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]!;
		return (Number(kilobytes) / 1024).toFixed(0);
	} catch {
		return '?';
	}
}

function percentile(values: number[], rank: number): string {
	if (values.length === 0) return '-';
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * rank) / 100))]!.toFixed(1);
}

function row(cells: string[]): string {
	const [first, second, ...rest] = cells;
	return first!.padEnd(46) + second!.padEnd(12) + rest.map((cell) => cell.padStart(10)).join('');
}

async function freePort(): Promise<number> {
	const probe = createServer().listen(0, '127.0.0.1');
	await once(probe, 'listening');
	const { port } = probe.address() as AddressInfo;
	probe.close();
	await once(probe, 'close');
	return port;
}
