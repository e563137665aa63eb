import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import * as documents from '../../server/domain/documents.ts';
import { createCast } from '../support/cast.ts';
import { cookieOf, openRaw, until, write, type Raw } from '../support/collaboration.ts';
import { engine, testDatabase } from '../support/database.ts';

const rounds = Number(process.env.FAULT_ROUNDS ?? 20);
const writersPerRound = 6;

const place = await testDatabase({ onDisk: true });
let server: ChildProcess | undefined;
afterAll(async () => {
	server?.kill('SIGKILL');
	await place.close();
});

async function freePort(): Promise<number> {
	const probe = createServer().listen(0, '127.0.0.1');
	await once(probe, 'listening');
	const { port } = probe.address() as AddressInfo;
	probe.close();
	await once(probe, 'close');
	return port;
}

async function start(port: number): Promise<ChildProcess> {
	const child = spawn(process.execPath, [join(import.meta.dirname, 'server.ts')], {
		env: {
			PATH: process.env.PATH,
			...place.variables,
			HOST: '127.0.0.1',
			PORT: String(port),
			LOG_LEVEL: 'error',
			NODE_ENV: 'test'
		},
		stdio: ['ignore', 'pipe', 'pipe']
	});
	let printed = '';
	child.stderr!.on('data', (chunk: Buffer) => (printed += chunk.toString()));
	await new Promise<void>((resolve, reject) => {
		child.stdout!.once('data', () => resolve());
		child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${printed}`)));
	});
	return child;
}

interface Author {
	raw: Raw;
	/** What each frame said, in the order of sending. */
	words: string[];
	stop(): void;
}

/** Types words nobody else types, as fast as the socket takes them. */
function author(raw: Raw, name: string): Author {
	const doc = new Y.Doc();
	const words: string[] = [];
	doc.on('update', (update: Uint8Array) => raw.sendUpdate(update));
	const typing = setInterval(() => {
		if (raw.socket.readyState !== raw.socket.OPEN) return;
		const word = `<${name}:${words.length}>`;
		words.push(word);
		doc.getText('bench').insert(doc.getText('bench').length, word);
	}, 2);
	return { raw, words, stop: () => clearInterval(typing) };
}

test(`${rounds} times killed while people type, on ${engine}: nothing that was acknowledged is missing`, async () => {
	const cast = await createCast(place.db);
	const ids = await Promise.all([1, 2].map(() => documents.create(place.db, 'bench', { isDemo: false })));
	const people = [cast.chloe, cast.diego, cast.efua];
	const cookies = await Promise.all(people.map(({ id }) => cookieOf(place.db, id)));
	await place.release();
	const port = await freePort();
	const host = { port, origin: `http://127.0.0.1:${port}` };
	server = await start(port);

	// Two people who stay through all of it, with the stock client.
	const stayers = [0, 1].map((index) => write(host, ids[0]!, { cookie: cookies[index]! }));
	const saved = new Map<string, Set<string>>(ids.map((id) => [id, new Set()]));
	let sent = 0;
	const read = async (id: string): Promise<string> => {
		const raw = await openRaw(host, id, cookies[2]!);
		raw.ask();
		const answer = () => raw.frames.find((frame) => frame[0] === 0 && frame[1] === 1);
		await until(() => answer() !== undefined, 'the state');
		const doc = new Y.Doc();
		const frame = answer()!;
		// Message, sync type, then the length of the update as a varUint.
		let start = 2;
		while (frame[start]! & 0x80) start++;
		Y.applyUpdate(doc, frame.subarray(start + 1));
		raw.socket.close();
		return doc.getText('bench').toJSON();
	};
	const missing = (id: string, text: string) => [...saved.get(id)!].filter((word) => !text.includes(word));
	let lost = 0;

	for (let round = 0; round < rounds; round++) {
		const authors = await Promise.all(
			Array.from({ length: writersPerRound }, async (_, index) => {
				const id = ids[index % ids.length]!;
				return { id, ...author(await openRaw(host, id, cookies[index % 3]!), `${round}.${index}`) };
			})
		);
		for (const [index, stayer] of stayers.entries())
			stayer.doc.getText('bench').insert(0, `<stayer ${index} round ${round}>`);
		await until(() => authors.every(({ raw }) => raw.acknowledged() > 0), 'everybody is heard');
		await new Promise((resolve) => setTimeout(resolve, Math.random() * 250));
		server.kill('SIGKILL');
		await once(server, 'exit');
		await Promise.all(authors.map(({ raw }) => raw.closed));
		for (const { id, raw, words, stop } of authors) {
			stop();
			sent += words.length;
			for (const word of words.slice(0, raw.acknowledged())) saved.get(id)!.add(word);
		}
		server = await start(port);
		for (const id of ids) lost += missing(id, await read(id)).length;
	}

	await until(() => stayers.every((stayer) => stayer.isSaved()), 'those who stayed are saved', 30_000);
	await until(
		() => stayers[0]!.doc.getText('bench').toJSON() === stayers[1]!.doc.getText('bench').toJSON(),
		'those who stayed see the same'
	);
	const seen = stayers[0]!.doc.getText('bench').toJSON();
	for (const stayer of stayers) stayer.leave();
	server.kill('SIGKILL');
	await once(server, 'exit');
	server = undefined;

	const db = await place.reopen();
	for (const id of ids) lost += missing(id, (await documents.load(db, id)).getText('bench').toJSON()).length;
	expect((await documents.load(db, ids[0]!)).getText('bench').toJSON()).toBe(seen);
	for (let round = 0; round < rounds; round++)
		for (const index of [0, 1]) expect(seen.split(`<stayer ${index} round ${round}>`).length).toBe(2);

	const acknowledged = [...saved.values()].reduce((sum, words) => sum + words.size, 0);
	console.log(
		`${engine}: ${rounds} SIGKILLs, ${sent} frames sent, ${acknowledged} acknowledged, ${lost} lost`
	);
	expect(acknowledged).toBeGreaterThan(rounds * writersPerRound);
	expect(lost).toBe(0);
});
