/** Two nodes, one database, people typing on both, while what carries words from one node to the other breaks. */
import { sql } from 'kysely';
import { createClient } from 'redis';
import { afterAll, describe, expect, test } from 'vitest';
import * as documents from '../../server/domain/documents.ts';
import { createCast } from '../support/cast.ts';
import { cookieOf, until } from '../support/collaboration.ts';
import { engine, testDatabase, type TestDatabase } from '../support/database.ts';
import { redis, startRedis } from '../support/programs.ts';
import { amount, isTimed, percentile, report } from './level.ts';
import { serverProcess, type ServerProcess } from './server-process.ts';
import { isAllSaved, missingFrom, typist, wordsOf, type Typist } from './typist.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Carrier {
	/** The setting of both nodes. */
	address: string;
	/** Carries nothing until this long has passed, then comes back. */
	breakFor(ms: number): Promise<void>;
	/** Loses what it keeps, while it carries. */
	forget(): Promise<void>;
	stop(): Promise<void>;
}

async function redisCarrier(): Promise<Carrier> {
	let program = await startRedis();
	const { port } = program;
	return {
		address: `redis://127.0.0.1:${port}`,
		async breakFor(ms) {
			// It answers no more, then it is gone.
			program.child.kill('SIGSTOP');
			await pause(ms / 2);
			program.child.kill('SIGKILL');
			await pause(ms / 2);
			program = await startRedis(port);
		},
		async forget() {
			const client = createClient({ url: `redis://127.0.0.1:${port}` });
			await client.connect();
			await client.flushAll();
			client.destroy();
		},
		stop: () => program.stop()
	};
}

function postgresCarrier(place: TestDatabase): Promise<Carrier> {
	const killListeners = () =>
		sql`
		select pg_terminate_backend(pid) from pg_stat_activity
		where datname = current_database() and application_name = 'passerelle bus'`.execute(place.db);
	return Promise.resolve({
		address: 'postgres',
		async breakFor(ms) {
			// They come back, and are killed again.
			for (const end = Date.now() + ms; Date.now() < end; await pause(100)) await killListeners();
		},
		forget: async () => void (await killListeners()),
		stop: () => Promise.resolve()
	});
}

/** When each word was typed, shown as saved, and read by a colleague on the same node and by one on the other. */
class Watch {
	readonly typedAt = new Map<string, number>();
	readonly savedAfter = new Map<string, number>();
	readonly nearAfter = new Map<string, number>();
	readonly farAfter = new Map<string, number>();
	readonly #timer: NodeJS.Timeout;

	constructor(all: Typist[], nodeOf: (index: number) => number) {
		const shown = all.map(() => 0);
		const writtenBy = new Map<string, number>();
		for (const [reader, { writer }] of all.entries())
			writer.doc.getText('bench').observe((event, { local }) => {
				for (const { insert } of event.changes.delta)
					for (const word of wordsOf(String(insert ?? '')).keys()) {
						if (local) {
							this.typedAt.set(word, Date.now());
							writtenBy.set(word, reader);
							continue;
						}
						const after = nodeOf(writtenBy.get(word)!) === nodeOf(reader) ? this.nearAfter : this.farAfter;
						// The last of them counts.
						after.set(word, Date.now() - this.typedAt.get(word)!);
					}
			});
		this.#timer = setInterval(() => {
			for (const [index, { words, shownSaved }] of all.entries())
				for (; shown[index]! < shownSaved; shown[index]!++) {
					const word = words[shown[index]!]!;
					this.savedAfter.set(word, Date.now() - this.typedAt.get(word)!);
				}
		}, 10);
	}

	/** Of words typed between these moments. */
	between(from: number, to: number): { saved: number[]; near: number[]; far: number[] } {
		const of = (after: Map<string, number>) =>
			[...after].filter(([word]) => isBetween(this.typedAt.get(word)!)).map(([, ms]) => ms);
		const isBetween = (at: number) => at >= from && at < to;
		return { saved: of(this.savedAfter), near: of(this.nearAfter), far: of(this.farAfter) };
	}

	close(): void {
		clearInterval(this.#timer);
	}
}

const embedded = engine === 'embedded' ? 'needs PostgreSQL' : '';
for (const [name, why, cut_ms, carry] of [
	['Redis', embedded || (redis ? '' : 'needs redis-server'), amount(3_000, 20_000, 300_000), redisCarrier],
	['PostgreSQL', embedded, amount(3_000, 12_000, 300_000), postgresCarrier]
] as const)
	describe.skipIf(why)(`two nodes that hear each other by ${name}${why ? ` (skipped: ${why})` : ''}`, () => {
		const typists: Typist[] = [];
		let nodes: ServerProcess[] = [];
		let place: TestDatabase | undefined;
		let carrier: Carrier | undefined;
		let watch: Watch | undefined;
		afterAll(async () => {
			watch?.close();
			for (const one of typists) one.leave();
			for (const node of nodes) await node.kill();
			await carrier?.stop();
			await place?.close();
		});

		test(`with it broken for ${cut_ms / 1000} s while people type on both, nothing is lost and all read one text`, async () => {
			const { db } = (place = await testDatabase());
			const cast = await createCast(db);
			const bus = (carrier = await carry(place));
			nodes = await Promise.all([1, 2].map(() => serverProcess({ ...place!.variables, BUS: bus.address })));
			await Promise.all(nodes.map((node) => node.start()));
			const documentId = await documents.create(db, 'bench', { isDemo: false });
			const nodeOf = (index: number) => index % 2;
			for (const [index, { id }] of [cast.chloe, cast.diego, cast.efua, cast.boris].entries())
				typists.push(
					typist(nodes[nodeOf(index)]!, documentId, `w${index}`, { cookie: await cookieOf(db, id) })
				);
			await until(() => typists.every(({ writer }) => writer.provider.synced), 'everybody in', 30_000);
			watch = new Watch(typists, nodeOf);
			const stored = async () => (await documents.load(db, documentId)).getText('bench').toJSON();
			let falseSaves = 0;
			const checkSaves = async () => {
				const shown = typists.flatMap(({ words, shownSaved }) => words.slice(0, shownSaved));
				falseSaves += missingFrom(await stored(), shown);
			};
			/** Words of both nodes are read on the other in a moment. */
			const hear = async () => {
				const from = Date.now();
				const isHeard = (index: number) =>
					[...watch!.farAfter].some(
						([word, after]) =>
							word.startsWith(`<w${index}:`) && watch!.typedAt.get(word)! >= from && after < 1_500
					);
				await until(() => [0, 1].every(isHeard), 'both hear each other', 60_000);
				return Date.now() - from;
			};

			for (const one of typists) one.begin(amount(150, 150, 500));
			await hear();
			const began = Date.now();
			await pause(amount(500, 2_000, 10_000));
			const cutAt = Date.now();
			let isCut = true;
			const cut = bus.breakFor(cut_ms).finally(() => (isCut = false));
			while (isCut) {
				await pause(Math.min(2_000, cut_ms / 3));
				await checkSaves();
			}
			await cut;
			const backAt = Date.now();
			const healed_ms = await hear();
			await bus.forget();
			await hear();
			await pause(amount(500, 1_000, 10_000));
			const end = Date.now();

			for (const one of typists) one.pause();
			await until(() => typists.every(isAllSaved), 'all is saved', 30_000);
			await checkSaves();
			const text = await stored();
			const words = typists.flatMap((one) => one.words);
			await until(
				() => typists.every(({ writer }) => writer.doc.getText('bench').toJSON() === text),
				'everybody reads what the database holds',
				20_000
			);

			const whole = watch.between(began, cutAt);
			const broken = watch.between(cutAt, backAt);
			const after = watch.between(backAt + healed_ms, end);
			const line = (values: number[]) =>
				`p50 ${percentile(values, 50)}, p95 ${percentile(values, 95)}, most ${Math.max(...values)} ms`;
			for (const [moment, { saved, near, far }] of Object.entries({ whole, broken, after }))
				report(
					`${name} ${moment}: saved after ${line(saved)}; read on the same node after ${line(near)}; on the other after ${line(far)}`
				);
			report(
				`${name} broken for ${Math.round((backAt - cutAt) / 1000)} s: ${words.length} words typed, ` +
					`${missingFrom(text, words)} lost, ${falseSaves} shown as saved too early, both heard again ${healed_ms} ms after it came back`
			);
			expect(missingFrom(text, words)).toBe(0);
			expect([...wordsOf(text).values()].filter((count) => count !== 1)).toEqual([]);
			expect(falseSaves).toBe(0);
			expect(typists.flatMap(({ writer }) => writer.counter.closes)).toEqual([]);
			expect(broken.far.length).toBeGreaterThan(0);
			if (!isTimed) return;
			expect(Math.max(...broken.far)).toBeLessThanOrEqual(15_000);
			// Otherwise nothing was broken, and this shows nothing.
			expect(Math.max(...broken.far)).toBeGreaterThan(Math.max(500, percentile(whole.far, 50)));
			expect(percentile(broken.saved, 95)).toBeLessThan(percentile(whole.saved, 95) * 3 + 500);
			expect(percentile(broken.near, 95)).toBeLessThan(percentile(whole.near, 95) * 3 + 500);
		}, 600_000);
	});
