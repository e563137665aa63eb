/**
 * The engine without its sockets: people write, two compactors fold, processes die, and a scheduler with a seed decides
 * which of them goes on after every answer of the database.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';
import type { Kysely, KyselyPlugin } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import type { App } from '../../server/app.ts';
import { memoryBus } from '../../server/bus/memory.ts';
import { Compactor } from '../../server/collaboration/compactor.ts';
import { Door } from '../../server/collaboration/door.ts';
import { limits } from '../../server/collaboration/limits.ts';
import type { Member } from '../../server/context.ts';
import type { Database } from '../../server/database/tables.ts';
import * as documents from '../../server/domain/documents.ts';
import { holds } from '../../server/domain/live-versions.ts';
import { createCast, type Cast } from '../support/cast.ts';
import { until } from '../support/collaboration.ts';
import { engine, testDatabase, testEnv } from '../support/database.ts';
import { FakeLine, readSync } from './fake-line.ts';
import { choices } from '../support/mutations.ts';
import { amount, report } from './level.ts';

const runs = amount(engine === 'postgres' ? 300 : 60, 500, 10_000);
/** To look at one again: the one of the failure. */
const firstSeed = Number(process.env.FAULTS_SEED ?? 1);
const actionsPerRun = 16;
/** How long a statement mostly takes at most. */
const patience_ms = engine === 'postgres' ? 1 : 4;
const log = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' });

const place = await testDatabase();
let cast: Cast;
beforeAll(async () => {
	cast = await createCast(place.db);
	// A commit looks whether its authors are still signed in.
	for (const { id, who } of [cast.chloe, cast.diego, cast.efua])
		await place.db
			.insertInto('sessions')
			.values({ id: who.sessionId, secret_hash: Buffer.alloc(32), member_id: id, device: null })
			.execute();
});
afterAll(() => place.close());

/** Whoever asks waits until it is chosen. */
class Scheduler {
	readonly choose: (below: number) => number;
	#waiting: { process: Life; isScript: boolean; go(): void }[] = [];
	#woken: () => void = () => {};
	#arrived: () => void = () => {};
	#isOver = false;
	steps = 0;

	constructor(seed: number) {
		this.choose = choices(seed);
	}

	async gate(process: Life, isScript = false): Promise<void> {
		if (!this.#isOver && !process.isDead)
			await new Promise<void>((go) => {
				this.#waiting.push({ process, isScript, go });
				this.#woken();
				if (!isScript) this.#arrived();
			});
		if (process.isDead) throw new Error('killed');
	}

	kill(process: Life): void {
		process.isDead = true;
		for (const one of this.#waiting.filter((waiting) => waiting.process === process)) one.go();
		this.#waiting = this.#waiting.filter((waiting) => waiting.process !== process);
	}

	async run(script: Promise<void>): Promise<void> {
		this.#isOver = false;
		const end = () => {
			this.#isOver = true;
			this.#woken();
			this.#arrived();
			for (const { go } of this.#waiting.splice(0)) go();
		};
		script.then(end, end);
		while (!this.#isOver) {
			if (this.#waiting.length === 0) {
				await new Promise<void>((resolve) => (this.#woken = resolve));
				continue;
			}
			this.steps++;
			const [chosen] = this.#waiting.splice(this.choose(this.#waiting.length), 1);
			chosen!.go();
			// Mostly the database answers before the next one is chosen; sometimes it still works for this one.
			if (this.choose(4) === 0 || (chosen!.isScript && this.#waiting.length > 0)) continue;
			await new Promise<void>((resolve) => {
				this.#arrived = resolve;
				setTimeout(resolve, patience_ms);
			});
		}
		await script;
	}
}

/** Of a process, or of one folding. */
interface Life {
	isDead: boolean;
}

/** Every answer of the database passes by the scheduler; to one who died meanwhile it never came. */
const gated = (lifeOf: () => { life: Life; scheduler: Scheduler } | undefined): KyselyPlugin => ({
	transformQuery: ({ node }) => node,
	async transformResult({ result }) {
		const current = lifeOf();
		await current?.scheduler.gate(current.life);
		return result;
	}
});

const folding = new AsyncLocalStorage<{ life: Life; scheduler: Scheduler }>();

interface Node {
	life: Life;
	door: Door;
}

function startNode(db: Kysely<Database>, scheduler: Scheduler, commitAttempt_ms: number): Node {
	const life: Life = { isDead: false };
	const own: Kysely<Database> = db.withPlugin(gated(() => ({ life, scheduler })));
	const bus = memoryBus((error) => {
		throw error;
	});
	const app: App = {
		env: testEnv(),
		db: own,
		databaseKind: engine,
		bus,
		log,
		origins: new Set(),
		secure: false,
		contextFor: (who) => ({ who, db: own, bus }),
		close: async () => {}
	};
	const door = new Door(
		app,
		(request) => Promise.resolve((request as IncomingMessage & { who: Member }).who),
		{
			...limits,
			commitAttempt_ms,
			retryFirst_ms: 1,
			retryMost_ms: 20,
			flush_ms: 0,
			stagger_ms: 0,
			// The compactors of the test fold.
			compactionRows: Infinity,
			compaction_bytes: Infinity,
			compactionRowsAtUnload: Infinity
		}
	);
	return { life, door };
}

/** A tab: what it wrote, what it sent on the connection it has, what it was told. */
class Tab {
	readonly doc = new Y.Doc();
	readonly who: Member;
	/** Shown as saved: to be found in the database whatever happens. */
	readonly saved: Uint8Array[] = [];
	line: FakeLine | null = null;
	node: Node | null = null;
	#sent: Uint8Array[] = [];
	#counted = 0;

	constructor(who: Member) {
		this.who = who;
		this.doc.on('update', (update: Uint8Array, origin: unknown) => {
			if (origin === 'server' || !this.line?.isOpen) return;
			this.#sent.push(update);
			this.line.sayUpdate(update);
		});
	}

	async connect(node: Node, documentId: string): Promise<void> {
		const line: FakeLine = new FakeLine(
			(frame) => this.#hear(line, frame),
			() => {
				if (this.line === line) this.line = null;
			}
		);
		this.line = line;
		this.node = node;
		this.#sent = [];
		this.#counted = 0;
		const request = {
			who: this.who,
			headers: {},
			socket: { remoteAddress: '192.0.2.1' }
		} as unknown as IncomingMessage;
		const welcome = await node.door.receive({
			request,
			documentId,
			parameters: new URLSearchParams('ext=1')
		});
		if (this.line !== line || node.life.isDead) {
			node.door.leave(welcome);
			return line.terminate();
		}
		// What was typed while the door was opened goes with the whole state.
		this.#sent = [];
		node.door.enter(welcome, line);
		line.ask(Y.encodeStateVector(this.doc));
	}

	#hear(line: FakeLine, frame: Uint8Array): void {
		if (this.line !== line) return;
		const sync = readSync(frame);
		if (sync?.type === 0) {
			const state = Y.encodeStateAsUpdate(this.doc, sync.bytes);
			this.#sent.push(state);
			line.sayState(state);
		} else if (sync) Y.applyUpdate(this.doc, sync.bytes, 'server');
		for (; this.#counted < line.acknowledged; this.#counted++) this.saved.push(this.#sent[this.#counted]!);
	}

	get isSaved(): boolean {
		return this.line !== null && this.#sent.length > 0 && this.#counted === this.#sent.length;
	}

	edit(choose: Scheduler['choose']): void {
		const text = this.doc.getText('bench');
		if (choose(4) === 0 && text.length > 3) text.delete(choose(text.length - 2), 1 + choose(2));
		else text.insert(choose(text.length + 1), 'abcdefgh'.slice(0, 1 + choose(8)));
	}
}

const fingerprint = (doc: Y.Doc) => ({
	text: doc.getText('bench').toJSON(),
	vector: [...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(([a], [b]) => a - b),
	isWhole: !doc.store.pendingStructs && !doc.store.pendingDs
});

interface Tally {
	edits: number;
	acknowledged: number;
	compactions: number;
	kills: number;
	steps: number;
}

async function interleave(
	db: Kysely<Database>,
	seed: number,
	compactors: Compactor[],
	tally: Tally
): Promise<void> {
	const scheduler = new Scheduler(seed);
	const { choose } = scheduler;
	const documentId = await documents.create(db, 'bench', { isDemo: false });
	const tabs = [cast.chloe, cast.diego, cast.efua].map(({ who }) => new Tab(who));
	// One in four of the runs has commits that are given up and end all the same.
	const commitAttempt_ms = choose(4) === 0 ? 15 : 10_000;
	const nodes = Array.from({ length: 1 + choose(2) }, () => startNode(db, scheduler, commitAttempt_ms));
	const all = [...nodes];
	const foldings: { life: Life; work: Promise<unknown> }[] = [];
	const me: Life = { isDead: false };

	const die = (index: number) => {
		const [node] = nodes.splice(index, 1, startNode(db, scheduler, commitAttempt_ms));
		all.push(nodes[index]!);
		for (const tab of tabs) if (tab.node === node) tab.line?.terminate();
		scheduler.kill(node!.life);
		tally.kills++;
	};
	const script = async () => {
		for (let action = 0; action < actionsPerRun; action++) {
			for (let pause = 1 + choose(3); pause > 0; pause--) {
				await scheduler.gate(me, true);
			}
			const kind = choose(20);
			if (kind < 11) {
				tabs[choose(tabs.length)]!.edit(choose);
				tally.edits++;
			} else if (kind < 15) {
				const life: Life = { isDead: false };
				const compactor = compactors[choose(compactors.length)]!;
				const work = folding.run({ life, scheduler }, () => compactor.compact(documentId));
				foldings.push({ life, work: work.then((done) => (tally.compactions += done ? 1 : 0)) });
			} else if (kind === 15) {
				const last = foldings.at(-1);
				if (last) scheduler.kill(last.life);
			} else if (kind === 16) die(choose(nodes.length));
			for (const tab of tabs)
				if (!tab.line && choose(2) === 0) void tab.connect(nodes[choose(nodes.length)]!, documentId);
		}
		// The last ones go on for a while, then everything dies at once.
		for (let step = choose(12); step > 0; step--) await scheduler.gate(me, true);
	};
	// They begin with a connection: how doors open is not what is asked here.
	const opening = tabs.map((tab) => tab.connect(nodes[choose(nodes.length)]!, documentId));
	await scheduler.run(Promise.all(opening).then(() => {}));
	await scheduler.run(script());
	for (const tab of tabs) tab.line?.terminate();
	for (const { life } of all) scheduler.kill(life);
	const isEverythingKilled = choose(2) === 0;
	if (isEverythingKilled) for (const { life } of foldings) scheduler.kill(life);
	await Promise.all(foldings.map(({ work }) => work));
	tally.steps += scheduler.steps;

	const stored = await documents.load(db, documentId);
	for (const tab of tabs)
		for (const update of tab.saved) {
			tally.acknowledged++;
			if (!holds(stored, update)) throw new Error('something acknowledged is missing');
		}

	// A new process, and the tabs come back with all they have.
	const last = startNode(db, scheduler, 10_000);
	await until(
		() => {
			for (const tab of tabs) if (!tab.line) void tab.connect(last, documentId);
			return tabs.every((tab) => tab.isSaved);
		},
		'saved',
		60_000
	);
	const present = fingerprint(await documents.load(db, documentId));
	const raw = new Y.Doc();
	for (const { data } of await documents.history(db, documentId)) Y.applyUpdate(raw, data);
	expect(present).toEqual({ ...fingerprint(raw), isWhole: true });
	await until(
		() => tabs.every(({ doc }) => doc.getText('bench').toJSON() === present.text),
		'the tabs see what is stored',
		30_000
	);
	for (const { doc } of tabs) expect(fingerprint(doc)).toEqual(present);
	for (const tab of tabs) tab.line?.terminate();
	for (const { door } of [...all, last]) void door.close();
}

test(`${runs} interleavings of writers, compactors and kills, on ${engine}: text and state vector equal the raw log`, async () => {
	const tally: Tally = { edits: 0, acknowledged: 0, compactions: 0, kills: 0, steps: 0 };
	let next = firstSeed;
	const lane = async () => {
		const db = await place.connect();
		const compactorDb = db.withPlugin(gated(() => folding.getStore()));
		const compactors = [0, 1].map(() => new Compactor(compactorDb, log));
		while (next < firstSeed + runs) {
			const seed = next++;
			try {
				await interleave(db, seed, compactors, tally);
			} catch (error) {
				throw new Error(`FAULTS_SEED=${seed}`, { cause: error });
			}
		}
		await Promise.all(compactors.map((compactor) => compactor.close()));
	};
	// An embedded database has one session: a second lane would only wait for the first.
	await Promise.all(Array.from({ length: engine === 'postgres' ? 3 : 1 }, lane));
	report(
		`${runs} interleavings on ${engine}: ${tally.steps} steps, ${tally.edits} edits, ` +
			`${tally.acknowledged} acknowledged frames, ${tally.compactions} compactions, ${tally.kills} kills: all equal the raw log`
	);
	expect(tally.compactions).toBeGreaterThan(runs / 4);
	expect(tally.kills).toBeGreaterThan(runs / 4);
	expect(tally.acknowledged).toBeGreaterThan(runs);
}, 1_200_000);
