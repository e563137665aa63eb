/** Two real nodes behind the nginx of docs/operations.md: together, one killed, then one after the other restarted. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBus } from '../../server/bus/open.ts';
import type { Bus } from '../../server/bus/bus.ts';
import { openDatabase } from '../../server/database/connection.ts';
import * as documents from '../../server/domain/documents.ts';
import * as threads from '../../server/domain/threads.ts';
import type { JoinAnswer, LiveEvents, LiveRequests } from '#lib/contract/live.ts';
import { install, type Installation } from '../support/app.ts';
import { createCast, type Cast } from '../support/cast.ts';
import { cookieOf, until } from '../support/collaboration.ts';
import { engine, silence, testEnv } from '../support/database.ts';
import { freePort, nginx, startNginx, type Program } from '../support/programs.ts';
import { isAllSaved, missingFrom, typist, type Typist } from './typist.ts';

const why = engine === 'embedded' ? 'needs PostgreSQL' : nginx ? '' : 'needs nginx';
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The example, with these addresses in the place of its own. */
function example(port: number, nodes: number[]): string {
	const page = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
	const config = /### With nginx[\s\S]*?```nginx\n([\s\S]*?)```/.exec(page)![1]!;
	const [first, second] = nodes;
	const ours = config
		.replaceAll('10.0.0.11:3000', `127.0.0.1:${first}`)
		.replaceAll('10.0.0.12:3000', `127.0.0.1:${second}`)
		.replace('listen 80;', `listen 127.0.0.1:${port};`);
	expect(ours.split('127.0.0.1:').length - 1).toBe(5);
	return ours;
}

describe.skipIf(why)(`two nodes behind nginx${why ? ` (skipped: ${why})` : ''}`, () => {
	let nodes: Installation[];
	let proxy: Program;
	let place: { port: number };
	let origin: string;
	let database: Awaited<ReturnType<typeof openDatabase>>;
	let bus: Bus;
	let cast: Cast;
	let cookies: string[];
	const typists: Typist[] = [];

	beforeAll(async () => {
		const port = await freePort();
		place = { port };
		origin = `http://127.0.0.1:${port}`;
		const first = await install({ ORIGIN: origin, PROXIES: '1' });
		const second = await install({ ORIGIN: origin, PROXIES: '1', DATABASE_URL: first.databaseUrl! });
		nodes = [first, second];
		await first.start();
		await second.start();
		proxy = await startNginx(port, example(port, nodes.map(portOf)));
		database = await openDatabase(testEnv({ databaseUrl: first.databaseUrl! }), silence);
		bus = openBus({ bus: 'postgres', databaseUrl: first.databaseUrl! }, pino({ level: 'silent' }));
		cast = await createCast(database.db);
		cookies = await Promise.all(
			[cast.chloe, cast.diego, cast.efua, cast.boris].map(({ id }) => cookieOf(database.db, id))
		);
	});
	afterAll(async () => {
		for (const one of typists) one.leave();
		await bus?.close();
		await database?.close();
		await proxy?.stop();
		for (const node of [...(nodes ?? [])].reverse()) await node.remove();
	});

	const portOf = (node: Installation) => Number(new URL(node.origin).port);

	async function startWriting(count: number, documentsCount: number, every_ms: number): Promise<Typist[]> {
		const ids = await Promise.all(
			Array.from({ length: documentsCount }, () => documents.create(database.db, 'bench', { isDemo: false }))
		);
		const all = Array.from({ length: count }, (_, index) =>
			typist(place, ids[index % ids.length]!, `w${index}`, { cookie: cookies[index % cookies.length]! })
		);
		typists.push(...all);
		await until(() => all.every(({ writer }) => writer.provider.synced), 'everybody in', 30_000);
		for (const one of all) one.begin(every_ms);
		return all;
	}

	async function stored(documentId: string): Promise<string> {
		return (await documents.load(database.db, documentId)).getText('bench').toJSON();
	}

	/** Everybody stops typing, is told that all is saved, and reads what the database holds. */
	async function expectOneText(all: Typist[], limit_ms = 30_000): Promise<void> {
		for (const one of all) one.pause();
		await until(() => all.every(isAllSaved), 'all is saved', limit_ms);
		for (const one of all) {
			const text = await stored(one.documentId);
			expect(missingFrom(text, one.words)).toBe(0);
			await until(
				() => one.writer.doc.getText('bench').toJSON() === text,
				'everybody reads what the database holds',
				15_000
			);
		}
	}

	test('people on both write one text, whichever way they came', async () => {
		const documentId = await documents.create(database.db, 'bench', { isDemo: false });
		const through = typist(place, documentId, 'proxy', { cookie: cookies[0]! });
		const direct = nodes.map((node, index) =>
			typist({ port: portOf(node) }, documentId, `node${index}`, { cookie: cookies[index + 1]!, origin })
		);
		const all = [through, ...direct];
		typists.push(...all);
		await until(() => all.every(({ writer }) => writer.provider.synced), 'everybody in');
		for (const one of all) one.begin(20);
		await pause(1_500);
		await expectOneText(all);
		expect(new Set(all.map(({ writer }) => writer.doc.getText('bench').toJSON())).size).toBe(1);
	});

	test('a reply committed anywhere is heard on both, by long-polling too', async () => {
		const context = { ...cast.context(cast.chloe), db: database.db, bus };
		const { id } = await threads.open(context, {
			title: 'Deux nœuds',
			body: 'Bonjour',
			visibility: 'members',
			clientKey: crypto.randomUUID()
		} as Parameters<typeof threads.open>[1]);
		const heard: string[] = [];
		const browsers: Socket<LiveEvents, LiveRequests>[] = cookies.slice(0, 3).map((cookie, index) =>
			io(index === 0 ? origin : nodes[index - 1]!.origin, {
				transports: index === 0 ? ['polling'] : ['websocket'],
				extraHeaders: { cookie, origin }
			})
		);
		for (const [index, browser] of browsers.entries()) {
			browser.on('post.created', ({ number }) => {
				// The one that opens the thread may still be on its way.
				if (number === 2) heard.push(`browser ${index}`);
			});
			await until(() => browser.connected, `browser ${index} is in`);
			const answer = (await browser.emitWithAck('thread.join', { threadId: id })) as JoinAnswer;
			expect(answer.ok).toBe(true);
		}
		await threads.reply(context, id, { body: 'Me voici', clientKey: crypto.randomUUID() });
		await until(() => heard.length === 3, 'all three heard it', 5_000);
		expect(heard.sort()).toEqual(['browser 0', 'browser 1', 'browser 2']);
		for (const browser of browsers) browser.close();
	});

	test('a node killed under them: everybody is back, and nothing that was shown as saved is lost', async () => {
		const all = await startWriting(16, 8, 40);
		await pause(1_000);
		const victims = all.filter(({ writer }) => writer.provider.wsconnected);
		await nodes[1]!.kill();
		const shown = all.map((one) => one.words.slice(0, one.shownSaved));
		const texts = await Promise.all(all.map(({ documentId }) => stored(documentId)));
		for (const [index, words] of shown.entries()) expect(missingFrom(texts[index]!, words)).toBe(0);
		const lost = all.filter(({ writer }) => writer.counter.closes.length > 0 || !writer.provider.wsconnected);
		expect(victims.length).toBe(16);
		await until(() => all.every(({ writer }) => writer.provider.synced), 'everybody is back', 30_000);
		// Otherwise nobody was there, and this shows nothing.
		expect(lost.length + all.filter(({ writer }) => writer.counter.attempts > 1).length).toBeGreaterThan(0);
		await expectOneText(all);
		await nodes[1]!.start();
	});

	test('one after the other restarted: every page is answered, and no word is lost', async () => {
		const all = await startWriting(12, 6, 50);
		const answers: number[] = [];
		let isAsking = true;
		const asking = (async () => {
			while (isAsking) {
				answers.push(
					await fetch(origin).then(
						({ status }) => status,
						() => 0
					)
				);
				await pause(50);
			}
		})();
		for (const node of nodes) {
			expect(await node.stop()).toBe(0);
			await node.start();
			await until(async () => (await fetch(`${node.origin}/readyz`)).status === 200, 'ready');
			await pause(500);
		}
		await until(() => all.every(({ writer }) => writer.provider.synced), 'everybody is back', 30_000);
		isAsking = false;
		await asking;
		await expectOneText(all);
		expect(answers.length).toBeGreaterThan(20);
		expect(answers.filter((status) => status !== 200)).toEqual([]);
	});
});
