/** People whose line to the server is bad in every way a line can be: what they see of saving stays true. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as documents from '../../server/domain/documents.ts';
import { badLine, type BadLine } from '../support/bad-line.ts';
import { createCast } from '../support/cast.ts';
import { cookieOf, until } from '../support/collaboration.ts';
import { engine, testDatabase } from '../support/database.ts';
import { choices } from '../support/mutations.ts';
import { amount, isTimed, report } from './level.ts';
import { serverProcess, type ServerProcess } from './server-process.ts';
import { isAllSaved, missingFrom, typist, wordsOf, type Typist } from './typist.ts';

const seconds = amount(5, 15, 90);
const writers = amount(4, 8, 8);

const place = await testDatabase({ onDisk: true });
let server: ServerProcess;
let line: BadLine;
const typists: Typist[] = [];

beforeAll(async () => {
	const cast = await createCast(place.db);
	const people = [cast.chloe, cast.diego, cast.efua, cast.boris];
	const cookies = await Promise.all(people.map(({ id }) => cookieOf(place.db, id)));
	const ids = await Promise.all([1, 2].map(() => documents.create(place.db, 'bench', { isDemo: false })));
	await place.release();
	server = await serverProcess(place.variables);
	await server.start();
	line = await badLine({ host: '127.0.0.1', port: server.port });
	for (let index = 0; index < writers; index++)
		typists.push(
			typist(line, ids[index % ids.length]!, `w${index}`, {
				cookie: cookies[index % cookies.length]!,
				origin: server.origin
			})
		);
});
afterAll(async () => {
	for (const one of typists) one.leave();
	await server.kill();
	await line.close();
	await place.close();
});

test(`${seconds} s of resets, cuts in the middle of a frame, silence and latency, on ${engine}: writers converge, and “saved” was always true`, async () => {
	const choose = choices(23);
	const counts = { reset: 0, cutMidway: 0, lose: 0, slow: 0, silent: 0, cut: 0, kill: 0 };
	const documentIds = [...new Set(typists.map(({ documentId }) => documentId))];
	await until(() => typists.every(({ writer }) => writer.provider.synced), 'everybody in', 30_000);
	for (const one of typists) one.begin(40);
	await until(() => typists.every(({ shownSaved }) => shownSaved > 0), 'everybody was saved once');

	const shown = () =>
		typists.map(({ documentId, words, shownSaved }) => ({ documentId, words: words.slice(0, shownSaved) }));
	const lostOf = async (claims: ReturnType<typeof shown>) => {
		let lost = 0;
		for (const id of documentIds) {
			const text = (await documents.load(db, id)).getText('bench').toJSON();
			const own = claims.filter(({ documentId }) => documentId === id);
			lost += missingFrom(
				text,
				own.flatMap(({ words }) => words)
			);
		}
		return lost;
	};
	// An embedded database belongs to the server: there the question is asked once, after it was killed.
	let db = engine === 'postgres' ? await place.reopen() : place.db;
	let lost = 0;
	let questions = 0;
	let lostConnections = 0;

	const end = Date.now() + seconds * 1_000;
	while (Date.now() < end) {
		await pause(150);
		const kind = choose(20);
		const index = choose(Math.max(1, line.count()));
		if (kind < 5) {
			line.reset(index);
			counts.reset++;
		} else if (kind < 10) {
			line.cutMidway(index);
			counts.cutMidway++;
		} else if (kind === 10) {
			line.become('slow');
			await pause(1_000 + choose(2_000));
			line.become('good');
			counts.slow++;
		} else if (kind === 11) {
			line.become('silent');
			await pause(500 + choose(1_500));
			line.become('good');
			counts.silent++;
		} else if (kind === 12) {
			line.become('cut');
			await pause(choose(1_000));
			line.become('good');
			counts.cut++;
		} else if (kind === 13 && isTimed && counts.kill < seconds / 10) {
			await server.kill();
			if (engine === 'postgres') lost += await lostOf(shown());
			questions++;
			await server.start();
			counts.kill++;
		} else if (kind === 14 && isTimed && lostConnections < 3) {
			line.lose(index);
			lostConnections++;
			counts.lose++;
		} else if (engine === 'postgres') {
			// Whatever is shown as saved at this moment is in the database at this moment.
			lost += await lostOf(shown());
			questions++;
		}
	}
	// The last thing that happens to some: half-open for good, which only silence can tell them.
	if (isTimed)
		for (let index = 0; index < 2 && line.count() > 2; index++) {
			line.lose(0);
			counts.lose++;
		}
	for (const one of typists) one.pause();
	const healed = Date.now();
	/** Those who see everything saved, and what most of these see in the same document. */
	const well = () =>
		documentIds.flatMap((id) => {
			const texts = new Map<string, Typist[]>();
			for (const one of typists) {
				if (one.documentId !== id || !isAllSaved(one)) continue;
				const text = one.writer.doc.getText('bench').toJSON();
				texts.set(text, [...(texts.get(text) ?? []), one]);
			}
			return [...texts.values()].reduce((most, same) => (same.length > most.length ? same : most), []);
		}).length;
	// Somebody whose connection is lost learns it from silence alone, which takes half a minute.
	await until(() => well() >= typists.length - line.lostCount(), 'all whose line carries are well', 30_000);
	const unaware = line.lostCount();
	const most_s = (Date.now() - healed) / 1000;
	await until(() => well() === typists.length, 'all saved and the same', 60_000);
	const all_s = (Date.now() - healed) / 1000;

	await server.kill();
	if (engine === 'embedded') db = await place.reopen();
	lost += await lostOf(shown());
	questions++;
	for (const id of documentIds) {
		const text = (await documents.load(db, id)).getText('bench').toJSON();
		const own = typists.filter(({ documentId }) => documentId === id);
		for (const { writer } of own) expect(writer.doc.getText('bench').toJSON()).toBe(text);
		const found = wordsOf(text);
		for (const word of own.flatMap(({ words }) => words)) expect(found.get(word)).toBe(1);
	}
	const words = typists.reduce((sum, one) => sum + one.words.length, 0);
	report(
		`A bad line for ${seconds} s on ${engine} (${Object.entries(counts)
			.filter(([, count]) => count > 0)
			.map(([what, count]) => `${count} ${what}`)
			.join(', ')}): ${words} words by ${typists.length} people, asked ${questions} times, ` +
			`${lost} shown as saved and missing; ${typists.length - unaware} well after ${most_s.toFixed(1)} s, all after ${all_s.toFixed(1)} s`
	);
	expect(lost).toBe(0);
	if (isTimed) {
		expect(most_s).toBeLessThan(10);
		expect(all_s).toBeLessThan(counts.lose > 0 ? 45 : 10);
	}
}, 300_000);
