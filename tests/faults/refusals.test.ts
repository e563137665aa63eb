/** What must never reach a text, in numbers: damaged frames, and the writes of somebody who may only read. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import { closeCode } from '#lib/contract/collaboration.ts';
import type { App } from '../../server/app.ts';
import { memoryBus } from '../../server/bus/memory.ts';
import { Door, type Welcome } from '../../server/collaboration/door.ts';
import { limits } from '../../server/collaboration/limits.ts';
import type { Member } from '../../server/context.ts';
import * as documents from '../../server/domain/documents.ts';
import { createCast, type Cast } from '../support/cast.ts';
import { cookieOf, countRows, draftCase, openRaw, startHost } from '../support/collaboration.ts';
import { engine, testDatabase, testEnv } from '../support/database.ts';
import { choices, material, mutate } from '../support/mutations.ts';
import { FakeLine, readSync, syncFrame } from './fake-line.ts';
import { amount, isTimed, report } from './level.ts';

const frames = amount(10_000, 50_000, 1_000_000);
const perDocument = 10_000;
const perTurn = 200;
const writes = amount(1_000, 10_000, 10_000);

const place = await testDatabase();
const { db } = place;
let cast: Cast;
beforeAll(async () => {
	cast = await createCast(db);
});
afterAll(() => place.close());

test(`${frames} damaged frames, half by somebody who may write and half by somebody who may only read, on ${engine}: no crash, no text that differs, no acknowledgement of what was refused`, async () => {
	const random = choices(1_000_000);
	const bus = memoryBus((error) => {
		throw error;
	});
	const app: App = {
		env: testEnv(),
		db,
		databaseKind: engine,
		bus,
		log: pino({ level: 'silent' }),
		origins: new Set(),
		secure: false,
		contextFor: (who) => ({ who, db, bus }),
		close: async () => {}
	};
	const door = new Door(
		app,
		(request) => Promise.resolve((request as IncomingMessage & { who: Member }).who),
		{ ...limits, memberSockets: 100_000, addressSockets: 100_000 }
	);
	const invite = (who: Member, documentId: string): Promise<Welcome> =>
		door.receive({
			request: {
				who,
				headers: {},
				socket: { remoteAddress: '192.0.2.1' }
			} as unknown as IncomingMessage,
			documentId,
			parameters: new URLSearchParams('ext=1')
		});

	const { doc, updates } = material();
	const base = Y.encodeStateAsUpdate(doc);
	const counts = { refused: 0, asked: 0, acknowledged: 0 };
	let slowest_ms = 0;
	const began = performance.now();
	for (let done = 0; done < frames; done += perDocument) {
		const mayWrite = (done / perDocument) % 2 === 0;
		const { documentId } = await draftCase(
			db,
			[cast.alpha.id, cast.beta.id],
			mayWrite ? 'draft' : 'submitted'
		);
		await db.updateTable('live_documents').set({ snapshot: base }).where('id', '=', documentId).execute();

		// Somebody honest hears everything, and asks now and then what there is.
		const heard = new Y.Doc();
		let answer: ((state: Uint8Array) => void) | undefined;
		const honest = new FakeLine((frame) => {
			const sync = readSync(frame);
			if (!sync || sync.type === 0) return;
			Y.applyUpdate(heard, sync.bytes);
			if (sync.type === 1) answer?.(sync.bytes);
		});
		door.enter(await invite(cast.chloe.who, documentId), honest);
		const ask = () =>
			new Promise<Uint8Array>((resolve) => {
				answer = resolve;
				honest.ask();
			});
		await ask();
		const hostile = await invite((mayWrite ? cast.efua : cast.boris).who, documentId);

		const most = Math.min(perDocument, frames - done);
		for (let sent = 0; sent < most; sent += perTurn) {
			const lines: FakeLine[] = [];
			const started = performance.now();
			for (let count = 0; count < perTurn; count++) {
				const update = updates[random(updates.length)]!;
				const type = random(2) === 0 ? 1 : 2;
				const line = new FakeLine();
				lines.push(line);
				door.enter(hostile, line);
				// Half are damaged anywhere, half where only Yjs would notice.
				line.say(
					random(2) === 0 ? mutate(syncFrame(type, update), random) : syncFrame(type, mutate(update, random))
				);
			}
			// The first answer may come before the turn that takes them, the second comes after it.
			await ask();
			const state = await ask();
			slowest_ms = Math.max(slowest_ms, (performance.now() - started) / perTurn);
			for (const line of lines) {
				if (line.closeCode === closeCode.forbidden) counts.refused++;
				else if (line.acknowledged > 0) counts.acknowledged++;
				else counts.asked++;
				if (line.closeCode !== null) expect(line.acknowledged).toBe(0);
				line.terminate();
			}
			const now = new Y.Doc();
			Y.applyUpdate(now, state);
			expect(hashOf(heard)).toBe(hashOf(now));
			if (!mayWrite) expect(hashOf(now)).toBe(hashOf(doc));
		}
		expect(honest.isOpen).toBe(true);
		expect(hashOf(await documents.load(db, documentId))).toBe(hashOf(heard));
		if (!mayWrite) expect(await countRows(db, documentId)).toBe(0);
		honest.terminate();
	}
	const took_s = (performance.now() - began) / 1000;
	await door.close();
	report(
		`${frames} damaged frames on ${engine}: ${counts.refused} refused, ${counts.asked} asked again or without effect on a reader, ` +
			`${counts.acknowledged} harmless and acknowledged, none of the refused; ` +
			`${Math.round(frames / took_s)} a second, at most ${slowest_ms.toFixed(1)} ms each over a turn`
	);
	expect(counts.refused).toBeGreaterThan(frames / 2);
	if (isTimed) expect(slowest_ms).toBeLessThan(50);
}, 1_200_000);

/** Of everything it holds, whatever the order it was heard in. */
function hashOf(doc: Y.Doc): string {
	const hash = createHash('sha1');
	for (const [client, clock] of [...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(([a], [b]) => a - b))
		hash.update(`${client}:${clock} `);
	for (const name of ['title', 'summary', 'partner'])
		hash.update(JSON.stringify(doc.getText(name).toDelta()));
	hash.update(JSON.stringify(doc.getMap('facts').toJSON()));
	hash.update(doc.getXmlFragment('section:actions').toJSON());
	return hash.digest('hex');
}

test(`${writes} writes of somebody who may only read, on ${engine}: not one row, and they are told at once`, async () => {
	const host = await startHost(db, { bus: cast.bus });
	const { documentId } = await draftCase(db, [cast.alpha.id], 'submitted');
	const boris = await cookieOf(db, cast.boris.id);
	const perSocket = 50;
	let slowest_ms = 0;
	for (let sent = 0; sent < writes; sent += perSocket) {
		const raw = await openRaw(host, documentId, boris);
		const doc = new Y.Doc();
		const began = performance.now();
		doc.on('update', (update: Uint8Array) =>
			sent % 100 === 0 ? raw.sendUpdate(update) : raw.sendStep2(Y.encodeStateAsUpdate(doc))
		);
		for (let count = 0; count < perSocket; count++) doc.getText('title').insert(0, 'x');
		expect(await raw.closed).toBe(closeCode.forbidden);
		slowest_ms = Math.max(slowest_ms, performance.now() - began);
		expect(raw.acknowledged()).toBe(0);
	}
	const rows = await countRows(db, documentId);
	await host.stop();
	report(
		`${writes} writes by a reader on ${engine}: ${rows} rows, told after at most ${slowest_ms.toFixed(0)} ms`
	);
	expect(rows).toBe(0);
	if (isTimed) expect(slowest_ms).toBeLessThan(1_000);
}, 300_000);
