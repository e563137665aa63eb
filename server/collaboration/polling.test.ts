import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import * as decoding from 'lib0/decoding';
import type { Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { messageType, piece_bytes, pollingPath } from '#lib/contract/collaboration.ts';
import { createCast, type Cast } from '../../tests/support/cast.ts';
import {
	cookieOf,
	countRows,
	draftCase,
	openRaw,
	startHost,
	until,
	type Host
} from '../../tests/support/collaboration.ts';
import { testDatabase } from '../../tests/support/database.ts';
import { openPolledRaw, pollingRefusal, type PolledRaw } from '../../tests/support/polling.ts';
import { endSession, whoOf } from '../auth/sessions.ts';
import * as documents from '../domain/documents.ts';

const place = await testDatabase();
const { db } = place;
let cast: Cast;
let host: Host;
let chloe: string;
let diego: string;

beforeAll(async () => {
	cast = await createCast(db);
	host = await startHost(db, { bus: cast.bus });
	chloe = await cookieOf(db, cast.chloe.id);
	diego = await cookieOf(db, cast.diego.id);
});
afterAll(async () => {
	await host.stop();
	await place.close();
});

const bench = () => documents.create(db, 'bench', { isDemo: false });

const updateOf = (words: string, root = 'bench'): Uint8Array => {
	const doc = new Y.Doc();
	doc.getText(root).insert(0, words);
	return Y.encodeStateAsUpdate(doc);
};

/** The words that the frames heard so far make. */
function heard({ frames }: { frames: Uint8Array[] }): string {
	const doc = new Y.Doc();
	for (const frame of frames) {
		const decoder = decoding.createDecoder(frame);
		if (decoding.readVarUint(decoder) !== messageType.sync || decoding.readVarUint(decoder) === 0) continue;
		Y.applyUpdate(doc, decoding.readVarUint8Array(decoder));
	}
	return doc.getText('bench').toString();
}

const access = ({ frames }: PolledRaw) => frames.find(([type]) => type === messageType.access)?.[1];

test('words cross from long-polling to a WebSocket and back, acknowledged once they are in the database', async () => {
	const documentId = await bench();
	const polled = await openPolledRaw(host, documentId, chloe);
	const socket = await openRaw(host, documentId, diego);
	polled.ask();
	socket.ask();
	await until(() => polled.frames.length > 2 && socket.frames.length > 2, 'both have joined');
	polled.sendUpdate(updateOf('by polling'));
	await until(() => heard(socket) === 'by polling', 'heard by the socket');
	await until(() => polled.acknowledged() === 1, 'acknowledged');
	expect(await countRows(db, documentId)).toBe(1);
	socket.sendUpdate(updateOf(' and back'));
	await until(() => heard(polled).includes(' and back'), 'heard by polling');
	expect(access(polled)).toBe(1);
	polled.socket.disconnect();
	socket.socket.close();
});

test('a line that did not ask for them hears none of our own messages', async () => {
	const plain = await openPolledRaw(host, await bench(), chloe, { query: '' });
	plain.ask();
	plain.sendUpdate(updateOf('x'));
	await until(() => plain.frames.length >= 2, 'answered');
	expect(plain.frames.every(([type]) => type! < 100)).toBe(true);
	plain.socket.disconnect();
});

describe('at the door', () => {
	test('another site is refused whatever its cookie, at the first request and at every later one', async () => {
		const documentId = await bench();
		for (const origin of ['https://elsewhere.example', 'null', null])
			expect(await pollingRefusal(host, documentId, chloe, { origin })).toBe(null);
		const raw = await openPolledRaw(host, documentId, chloe);
		const sid = (raw.socket.io.engine as unknown as { id: string }).id;
		const address = `${pollingPath}/?EIO=4&transport=polling&sid=${sid}`;
		expect(await statusOf('POST', address, { cookie: chloe, origin: 'https://elsewhere.example' })).toBe(403);
		expect(await statusOf('POST', address, { cookie: chloe })).toBe(403);
		expect(await statusOf('GET', address, { cookie: chloe, 'sec-fetch-site': 'cross-site' })).toBe(403);
		raw.sendUpdate(updateOf('still there'));
		await until(() => raw.acknowledged() === 1, 'undisturbed');
		raw.socket.disconnect();
	});

	test('a WebSocket is not to be had at its address', async () => {
		const address = `${pollingPath}/?EIO=4&transport=websocket`;
		expect(await statusOf('GET', address, { cookie: chloe, origin: host.origin })).toBe(400);
	});

	test('without a session one is told so for good', async () => {
		const documentId = await bench();
		for (const cookie of ['', 'session=unknown'])
			expect(await pollingRefusal(host, documentId, cookie)).toMatchObject({ code: 4401 });
	});

	test('a page of another member of the same computer is not let in', async () => {
		const documentId = await bench();
		const query = `member=${cast.diego.id}`;
		expect(await pollingRefusal(host, documentId, chloe, { query })).toMatchObject({ code: 4401 });
		const own = await openPolledRaw(host, documentId, chloe, { query: `member=${cast.chloe.id}` });
		own.socket.disconnect();
	});

	test('an unknown document, a malformed one and a forbidden one cannot be told apart', async () => {
		const { documentId: ofBeta } = await draftCase(db, [cast.beta.id]);
		const ids = [ofBeta, randomUUID(), 'not-a-uuid', "'; drop table members", 'x'.repeat(3_000), ''];
		for (const id of ids)
			expect(await pollingRefusal(host, id, chloe)).toEqual({ code: 4404, reason: 'missing' });
		expect(await pollingRefusal(host, 7 as unknown as string, chloe)).toEqual({
			code: 4404,
			reason: 'missing'
		});
		const welcome = await openPolledRaw(host, ofBeta, diego);
		welcome.socket.disconnect();
	});

	test('who has not shown a session may not send much', async () => {
		const opening = await body(`${pollingPath}/?EIO=4&transport=polling`, host.origin);
		const { sid } = JSON.parse(opening.slice(1)) as { sid: string };
		const address = `${pollingPath}/?EIO=4&transport=polling&sid=${sid}`;
		expect(await statusOf('POST', address, { origin: host.origin }, `4${'x'.repeat(50_000)}`)).toBe(413);
	});
});

describe('a line that sends', () => {
	test.each([
		['noise', (raw: PolledRaw) => raw.send(new Uint8Array([250, 3, 1, 9]))],
		['words instead of bytes', (raw: PolledRaw) => raw.socket.emit('frame', 'hello' as never)],
		['an event nobody knows', (raw: PolledRaw) => (raw.socket as unknown as Socket).emit('rights', 1)],
		['an update that cannot be', (raw: PolledRaw) => raw.sendUpdate(new Uint8Array([1, 2, 3]))]
	])('%s is closed for good, and nothing of it is kept', async (_, misbehave) => {
		const documentId = await bench();
		const raw = await openPolledRaw(host, documentId, chloe);
		misbehave(raw);
		expect(await raw.closed).toBe(4403);
		expect(raw.acknowledged()).toBe(0);
		expect(await countRows(db, documentId)).toBe(0);
	});

	test('a frame too large is sent away, and so are pieces without end', async () => {
		const documentId = await bench();
		const large = await openPolledRaw(host, documentId, chloe);
		large.sendUpdate(updateOf('x'.repeat(1024 * 1024 + 10)));
		expect(await large.closed).toBe(4503);
		const endless = await openPolledRaw(host, documentId, chloe);
		for (let count = 0; count < 40; count++) endless.socket.emit('piece', new Uint8Array(piece_bytes));
		expect(await endless.closed).toBe(1009);
		// One request larger than the server takes ends the line as well.
		const blunt = await openPolledRaw(host, documentId, chloe);
		blunt.socket.emit('frame', new Uint8Array(4 * 1024 * 1024));
		expect(await blunt.closed).toBe(1006);
		expect(await countRows(db, documentId)).toBe(0);
	});

	test('a first step 2 of three million letters, in pieces, is kept whole', async () => {
		const documentId = await bench();
		const raw = await openPolledRaw(host, documentId, chloe);
		const words = 'abcdefghi '.repeat(300_000);
		raw.sendStep2(updateOf(words));
		await until(() => raw.acknowledged() === 1, 'acknowledged', 20_000);
		const reader = await openPolledRaw(host, documentId, diego);
		reader.ask();
		await until(() => heard(reader).length > 0, 'read', 20_000);
		expect(heard(reader)).toBe(words);
		raw.socket.disconnect();
		reader.socket.disconnect();
	});

	test('with the right to read only is refused, and hears what others write', async () => {
		const { documentId, caseId } = await draftCase(db, [cast.alpha.id], 'submitted');
		const reader = await openPolledRaw(host, documentId, chloe);
		reader.ask();
		await until(() => access(reader) === 0, 'told that it may only read');
		reader.sendUpdate(updateOf('not mine to write', 'title'));
		expect(await reader.closed).toBe(4403);
		expect(await countRows(db, documentId)).toBe(0);
		await db.updateTable('cases').set({ state: 'draft' }).where('id', '=', caseId).execute();
		const writer = await openPolledRaw(host, documentId, chloe);
		writer.sendUpdate(updateOf('mine', 'title'));
		await until(() => writer.acknowledged() === 1, 'the same words are welcome from a writer');
		writer.socket.disconnect();
	});
});

describe('a line that is slow or fast', () => {
	test('faster than it is read is slowed, not closed, and all of it is kept', async () => {
		const hasty = await startHost(db, {
			bus: cast.bus,
			limits: { framesPerSecond: 400, frameBurst: 100, backlogFrames: 50 }
		});
		const documentId = await bench();
		const raw = await openPolledRaw(hasty, documentId, chloe);
		const doc = new Y.Doc();
		doc.on('update', (update: Uint8Array) => raw.sendUpdate(update));
		const began = Date.now();
		for (let round = 0; round < 10; round++) {
			for (let count = 0; count < 100; count++) doc.getText('bench').insert(0, 'x');
			// Each round is a request of its own.
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
		await until(() => raw.acknowledged() === 1_000, 'all of it', 20_000);
		// The request that went over the limit was read whole; the next one waits.
		doc.getText('bench').insert(0, 'y');
		await until(() => raw.acknowledged() === 1_001, 'one more', 20_000);
		expect(Date.now() - began).toBeGreaterThan(1_500);
		expect(raw.socket.connected).toBe(true);
		raw.socket.disconnect();
		await hasty.stop();
	});

	test('never asking for what it should hear is sent away before it costs memory', async () => {
		const strict = await startHost(db, { bus: cast.bus, limits: { slow_bytes: 64 * 1024, slow_ms: 500 } });
		const documentId = await bench();
		const deaf = await openPolledRaw(strict, documentId, diego);
		deaf.ask();
		await until(() => deaf.frames.length > 2, 'joined');
		const polling = deaf.socket.io.engine.transport as unknown as { _poll(): void };
		const ask = polling._poll.bind(polling);
		let isDeaf = true;
		polling._poll = () => isDeaf || ask();
		const writer = await openPolledRaw(strict, documentId, chloe);
		for (let count = 0; count < 40; count++) writer.sendUpdate(updateOf('y'.repeat(50_000)));
		await until(() => writer.acknowledged() === 40, 'the writer does not suffer');
		// Long enough for the goodbye to have waited in vain.
		await new Promise((resolve) => setTimeout(resolve, 5_000));
		isDeaf = false;
		ask();
		expect(await deaf.closed).toBe(1006);
		expect(heard(deaf).length).toBeLessThan(2_000_000);
		writer.socket.disconnect();
		await strict.stop();
	});
});

describe('rights in motion', () => {
	test('a right withdrawn closes the line within two seconds, and nothing of it is committed later', async () => {
		const { documentId, caseId } = await draftCase(db, [cast.alpha.id]);
		const raw = await openPolledRaw(host, documentId, chloe);
		raw.sendUpdate(updateOf('before', 'title'));
		await until(() => raw.acknowledged() === 1, 'acknowledged');
		await db.deleteFrom('case_organisations').where('case_id', '=', caseId).execute();
		const began = Date.now();
		host.app.bus.publish('document.access', { documentId });
		raw.sendUpdate(updateOf('after', 'title'));
		expect(await raw.closed).toBe(4403);
		expect(Date.now() - began).toBeLessThan(2_000);
		expect(await countRows(db, documentId)).toBe(1);
	});

	test('a session that ends closes the line for good', async () => {
		const cookie = await cookieOf(db, cast.efua.id);
		const raw = await openPolledRaw(host, await bench(), cookie);
		const who = await whoOf(db, cookie, false);
		if (who.kind !== 'member') throw new Error('no session');
		await endSession(db, who.sessionId);
		host.app.bus.publish('session.ended', { sessionId: who.sessionId });
		expect(await raw.closed).toBe(4401);
	});
});

test('a server that stops tells its lines to come back, after what they sent is committed', async () => {
	const leaving = await startHost(db, { bus: cast.bus });
	const documentId = await bench();
	const raw = await openPolledRaw(leaving, documentId, chloe);
	raw.sendUpdate(updateOf('last words'));
	await until(() => raw.acknowledged() === 1, 'acknowledged');
	// Its next question is at the server: only an answer can tell it anything.
	await new Promise((resolve) => setTimeout(resolve, 100));
	await Promise.all([leaving.stop(), raw.closed.then((code) => expect(code).toBe(1012))]);
	expect(await countRows(db, documentId)).toBe(1);
});

function statusOf(
	method: string,
	path: string,
	headers: Record<string, string>,
	content?: string
): Promise<number> {
	return new Promise((resolve, reject) => {
		const request = httpRequest({ host: '127.0.0.1', port: host.port, method, path, headers }, (response) => {
			response.resume();
			resolve(response.statusCode ?? 0);
		});
		request.on('error', reject);
		request.end(content);
	});
}

async function body(path: string, origin: string): Promise<string> {
	const response = await fetch(`http://127.0.0.1:${host.port}${path}`, { headers: { origin } });
	return response.text();
}
