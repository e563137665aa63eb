/** A PostgreSQL of its own, that crashes under people who write, and that refuses what they write. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Limits } from '../../server/collaboration/limits.ts';
import * as documents from '../../server/domain/documents.ts';
import { makeCluster, noCluster, type Cluster } from '../support/cluster.ts';
import { createCast, type Cast } from '../support/cast.ts';
import { cookieOf, until } from '../support/collaboration.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { choices } from '../support/mutations.ts';
import { amount, isTimed, percentile, report } from './level.ts';
import { serverProcess } from './server-process.ts';
import { isAllSaved, missingFrom, typist, wordsOf, type Typist } from './typist.ts';

const crashes = amount(2, 5, 20);
const refusal_s = amount(6, 6, 60);
/** Only the long form waits for the real limits. */
const refusalLimits: Partial<Limits> = amount({ giveUp_ms: 3_000 }, { giveUp_ms: 3_000 }, {});
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(noCluster)(`under people who write, PostgreSQL${noCluster ? ` (${noCluster})` : ''}`, () => {
	let cluster: Cluster;
	let place: TestDatabase;
	let cast: Cast;
	let cookies: string[];

	beforeAll(async () => {
		cluster = await makeCluster();
		place = await testDatabase({ server: cluster.url });
		cast = await createCast(place.db);
		const people = [cast.chloe, cast.diego, cast.efua, cast.boris, cast.awa];
		cookies = await Promise.all(people.map(({ id }) => cookieOf(place.db, id)));
	});
	afterAll(async () => {
		await place?.close().catch(() => {});
		await cluster?.remove();
	});

	async function startWriting(port: number, count: number, every_ms: number): Promise<Typist[]> {
		const ids = await Promise.all([1, 2].map(() => documents.create(place.db, 'bench', { isDemo: false })));
		const typists = Array.from({ length: count }, (_, index) =>
			typist({ port }, ids[index % ids.length]!, `w${index}`, { cookie: cookies[index % cookies.length]! })
		);
		await until(() => typists.every(({ writer }) => writer.provider.synced), 'everybody in', 30_000);
		for (const one of typists) one.begin(every_ms);
		return typists;
	}

	/** Connections of the pool may have died with the server. */
	async function textOf(documentId: string): Promise<string> {
		for (let attempt = 0; ; attempt++)
			try {
				return (await documents.load(place.db, documentId)).getText('bench').toJSON();
			} catch (error) {
				if (attempt === 5) throw error;
				await pause(50);
			}
	}
	async function lostOf(typists: Typist[]): Promise<number> {
		let lost = 0;
		for (const id of new Set(typists.map(({ documentId }) => documentId))) {
			const own = typists.filter(({ documentId }) => documentId === id);
			const shown = own.map(({ words, shownSaved }) => words.slice(0, shownSaved));
			lost += missingFrom(await textOf(id), shown.flat());
		}
		return lost;
	}
	async function expectAllOnce(typists: Typist[]): Promise<void> {
		for (const id of new Set(typists.map(({ documentId }) => documentId))) {
			const own = typists.filter(({ documentId }) => documentId === id);
			await until(
				() =>
					new Set(own.map(({ writer }) => writer.doc.getText('bench').toJSON())).size === 1 &&
					own.every(isAllSaved),
				'all see the same',
				30_000
			);
			const text = await textOf(id);
			expect(text).toBe(own[0]!.writer.doc.getText('bench').toJSON());
			const counts = wordsOf(text);
			for (const word of own.flatMap(({ words }) => words)) expect(counts.get(word)).toBe(1);
		}
	}

	test(`crashes ${crashes} times: what was shown as saved is there, nothing is shown as saved while it is down`, async () => {
		const choose = choices(20);
		const server = await serverProcess(place.variables);
		await server.start();
		const typists = await startWriting(server.port, amount(6, 10, 10), 20);
		const healed_ms: number[] = [];
		let lost = 0;
		let green = 0;
		try {
			for (let round = 0; round < crashes; round++) {
				const before = typists.map(({ shownSaved }) => shownSaved);
				await until(
					() => typists.every((one, index) => one.shownSaved > before[index]!),
					'all heard',
					30_000
				);
				await pause(choose(500));
				await cluster.crash();
				// What was committed just before may still be on its way to who wrote it.
				await pause(300);
				const shown = typists.map(({ shownSaved }) => shownSaved);
				await pause(200 + choose(amount(800, 3_000, 3_000)));
				green += typists.filter(
					(one, index) => one.shownSaved !== shown[index] || one.writer.isSaved()
				).length;
				// Every other time the server dies as well: what it said and did not store is then nowhere but in the tabs.
				const isServerKilled = round % 2 === 1;
				if (isServerKilled) await server.kill();
				await cluster.start();
				const up = performance.now();
				if (isServerKilled) {
					lost += await lostOf(typists);
					await server.start();
				}
				const typed = typists.map(({ words }) => words.length);
				const attempts = typists.map(({ writer }) => writer.counter.attempts);
				await until(
					() => typists.every((one, index) => one.shownSaved >= typed[index]!),
					'saved again',
					30_000
				);
				if (!isServerKilled) {
					healed_ms.push(performance.now() - up);
					// The server waited for the database: nobody had to come back by the door.
					expect(typists.map(({ writer }) => writer.counter.attempts)).toEqual(attempts);
				}
				lost += await lostOf(typists);
			}
			for (const one of typists) one.pause();
			await expectAllOnce(typists);
			const sent = typists.reduce((sum, { words }) => sum + words.length, 0);
			const slowest_s = percentile(healed_ms, 100) / 1000;
			report(
				`${crashes} crashes of PostgreSQL (fsync on): ${sent} words by ${typists.length} people, ${lost} lost, ` +
					`${green} shown as saved while it was down, all saved again after at most ${slowest_s.toFixed(1)} s`
			);
			expect({ lost, green }).toEqual({ lost: 0, green: 0 });
			if (isTimed) expect(slowest_s).toBeLessThan(5);
		} finally {
			for (const one of typists) one.leave();
			await server.kill();
		}
	});

	test(`refuses every write for ${refusal_s} s, and the server is killed meanwhile: people are told, and nothing is lost`, async () => {
		const server = await serverProcess(place.variables, { limits: refusalLimits });
		await server.start();
		const typists = await startWriting(server.port, 6, 50);
		try {
			await until(() => typists.every(({ shownSaved }) => shownSaved > 3), 'saved');
			await cluster.allowWrites(false);
			const began = performance.now();
			await pause(100);
			const shown = typists.map(({ shownSaved }) => shownSaved);
			await until(() => typists.every(({ writer }) => writer.counter.waiting.includes(1)), 'told', 10_000);
			const told_ms = performance.now() - began;
			await until(
				() => typists.every(({ writer }) => writer.counter.closes.includes(4503)),
				'the rooms close',
				45_000
			);
			const closed_s = (performance.now() - began) / 1000;
			await server.kill();
			await server.start();
			const left_ms = refusal_s * 1000 - (performance.now() - began);
			if (left_ms > 0) await pause(left_ms);
			const green = typists.filter(
				(one, index) => one.shownSaved !== shown[index] || one.writer.isSaved()
			).length;
			await cluster.allowWrites(true);
			const up = performance.now();
			for (const one of typists) one.pause();
			await until(() => typists.every(isAllSaved), 'saved', 60_000);
			const healed_s = (performance.now() - up) / 1000;
			await expectAllOnce(typists);
			const words = typists.reduce((sum, one) => sum + one.words.length, 0);
			report(
				`PostgreSQL refusing writes for ${refusal_s} s: told after ${Math.round(told_ms)} ms, rooms closed after ${closed_s.toFixed(1)} s, ` +
					`${green} shown as saved meanwhile, ${words} words all there ${healed_s.toFixed(1)} s after`
			);
			expect(green).toBe(0);
			if (isTimed) expect(told_ms).toBeLessThan(2_000);
		} finally {
			for (const one of typists) one.leave();
			await server.kill();
		}
	});
});
