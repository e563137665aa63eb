import { afterAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import * as documents from '../../server/domain/documents.ts';
import { createCast } from '../support/cast.ts';
import { cookieOf, openRaw, until, write, type Raw } from '../support/collaboration.ts';
import { engine, testDatabase } from '../support/database.ts';
import { choices } from '../support/mutations.ts';
import { amount, report } from './level.ts';
import { serverProcess, type ServerProcess } from './server-process.ts';
import { missingFrom, wordsOf } from './typist.ts';

const rounds = amount(20, 20, 200);
const writersPerRound = amount(6, 20, 50);
/** Fast enough that there is always something on its way. */
const every_ms = amount(2, 10, 25);

const place = await testDatabase({ onDisk: true });
let server: ServerProcess | undefined;
afterAll(async () => {
	await server?.kill();
	await place.close();
});

interface Author {
	raw: Raw;
	/** What each frame said, in the order of sending. */
	words: string[];
	stop(): void;
}

/** Types words nobody else types, whatever comes back. */
function author(raw: Raw, name: string): Author {
	const doc = new Y.Doc();
	const words: string[] = [];
	doc.on('update', (update: Uint8Array) => raw.sendUpdate(update));
	const typing = setInterval(() => {
		if (raw.socket.readyState !== raw.socket.OPEN) return;
		const word = `<${name}:${words.length}>`;
		words.push(word);
		doc.getText('bench').insert(doc.getText('bench').length, word);
	}, every_ms);
	return { raw, words, stop: () => clearInterval(typing) };
}

test(`${rounds} times killed while ${writersPerRound} people type, on ${engine}: nothing that was acknowledged is missing`, async () => {
	const choose = choices(200);
	const cast = await createCast(place.db);
	const ids = await Promise.all([1, 2].map(() => documents.create(place.db, 'bench', { isDemo: false })));
	const people = [cast.chloe, cast.diego, cast.efua];
	const cookies = await Promise.all(people.map(({ id }) => cookieOf(place.db, id)));
	await place.release();
	const host = (server = await serverProcess(place.variables));
	await host.start();

	// Two people who stay through all of it, with the stock client.
	const stayers = [0, 1].map((index) => write(host, ids[0]!, { cookie: cookies[index]! }));
	const saved = new Map<string, Set<string>>(ids.map((id) => [id, new Set()]));
	let sent = 0;
	const read = async (id: string): Promise<string> => {
		const raw = await openRaw(host, id, cookies[2]!);
		raw.ask();
		const answer = () => raw.frames.find((frame) => frame[0] === 0 && frame[1] === 1);
		await until(() => answer() !== undefined, 'the state', 30_000);
		const doc = new Y.Doc();
		const frame = answer()!;
		// Message, sync type, then the length of the update as a varUint.
		let start = 2;
		while (frame[start]! & 0x80) start++;
		Y.applyUpdate(doc, frame.subarray(start + 1));
		raw.socket.close();
		return doc.getText('bench').toJSON();
	};
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
		await until(() => authors.every(({ raw }) => raw.acknowledged() > 0), 'everybody is heard', 60_000).catch(
			async (error: unknown) => {
				const unheard = authors.filter(({ raw }) => raw.acknowledged() === 0);
				const ends = await Promise.all(
					unheard.map(({ raw }) => Promise.race([raw.closed, Promise.resolve('open')]))
				);
				throw new Error(`round ${round}: unheard ${ends.join()}; ${host.printed().slice(-1_000)}`, {
					cause: error
				});
			}
		);
		await new Promise((resolve) => setTimeout(resolve, choose(250)));
		await host.kill();
		await Promise.all(authors.map(({ raw }) => raw.closed));
		for (const { id, raw, words, stop } of authors) {
			stop();
			sent += words.length;
			for (const word of words.slice(0, raw.acknowledged())) saved.get(id)!.add(word);
		}
		await host.start();
		// All of it, and of all the rounds so far, now and then: it grows.
		if (rounds <= 20 || round % 10 === 9)
			for (const id of ids) lost += missingFrom(await read(id), saved.get(id)!);
	}

	await until(() => stayers.every((stayer) => stayer.isSaved()), 'those who stayed are saved', 60_000);
	await until(
		() => stayers[0]!.doc.getText('bench').toJSON() === stayers[1]!.doc.getText('bench').toJSON(),
		'those who stayed see the same',
		30_000
	);
	const seen = stayers[0]!.doc.getText('bench').toJSON();
	for (const stayer of stayers) stayer.leave();
	await host.kill();

	const db = await place.reopen();
	for (const id of ids)
		lost += missingFrom((await documents.load(db, id)).getText('bench').toJSON(), saved.get(id)!);
	expect((await documents.load(db, ids[0]!)).getText('bench').toJSON()).toBe(seen);
	const counts = wordsOf(seen);
	for (let round = 0; round < rounds; round++)
		for (const index of [0, 1]) expect(counts.get(`<stayer ${index} round ${round}>`)).toBe(1);

	const acknowledged = [...saved.values()].reduce((sum, words) => sum + words.size, 0);
	report(
		`${rounds} SIGKILLs under ${writersPerRound} writers, on ${engine}: ` +
			`${sent} frames sent, ${acknowledged} acknowledged, ${lost} lost`
	);
	expect(acknowledged).toBeGreaterThan(rounds * writersPerRound);
	expect(lost).toBe(0);
}, 2_400_000);
