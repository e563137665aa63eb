import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCast, type Cast } from '../../tests/support/cast.ts';
import {
	cookieOf,
	draftCase,
	openRaw,
	refusedStatus,
	startHost,
	until,
	write,
	type Host,
	type Raw
} from '../../tests/support/collaboration.ts';
import { testDatabase } from '../../tests/support/database.ts';
import * as documents from '../domain/documents.ts';

const place = await testDatabase();
const { db } = place;
let cast: Cast;
let host: Host;
let chloe: string;
let documentId: string;

beforeAll(async () => {
	cast = await createCast(db);
	host = await startHost(db, { bus: cast.bus, limits: { memberSockets: 5 } });
	chloe = await cookieOf(db, cast.chloe.id);
	documentId = await documents.create(db, 'bench', { isDemo: false });
});
afterAll(async () => {
	await host.stop();
	await place.close();
});

const address = (path: string) => `ws://127.0.0.1:${host.port}${path}`;

/** The close code a stock client meets, and how often it tried within a second and a half. */
async function meets(id: string, cookie: string): Promise<{ code: number; attempts: number }> {
	const writer = write(host, id, { cookie });
	await until(() => writer.counter.closes.length > 0, 'closed');
	await new Promise((resolve) => setTimeout(resolve, 1_500));
	const { closes, attempts } = writer.counter;
	writer.leave();
	return { code: closes[0]!, attempts };
}

const isOpenAfter = ({ closed }: Raw, wait_ms = 200) =>
	Promise.race([closed.then(() => false), new Promise((resolve) => setTimeout(resolve, wait_ms, true))]);

test('another site is refused whatever its cookie, and so is whoever does not say where it comes from', async () => {
	const path = address(`/collab/${documentId}`);
	for (const headers of [
		{ cookie: chloe, origin: 'https://elsewhere.example' },
		{ cookie: chloe, origin: 'null' },
		{ cookie: chloe },
		{ cookie: chloe, origin: `${host.origin}.elsewhere.example` }
	] as Record<string, string>[])
		expect(await refusedStatus(path, headers)).toBe(403);
	// The same cookie from here is welcome.
	const raw = await openRaw(host, documentId, chloe);
	raw.socket.close();
});

test('an address nobody serves answers 404, and Socket.IO is left alone', async () => {
	const headers = { cookie: chloe, origin: host.origin };
	expect(await refusedStatus(address('/elsewhere'), headers)).toBe(404);
	expect(await refusedStatus(address('/collab'), headers)).toBe(404);
	const socket = connect(host.port, '127.0.0.1');
	socket.write(
		'GET /socket.io/?transport=websocket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
	);
	const heard = await Promise.race([
		new Promise((resolve) => socket.once('data', resolve)),
		new Promise((resolve) => setTimeout(() => resolve('nothing'), 200))
	]);
	expect(heard).toBe('nothing');
	socket.destroy();
});

test('without a session the stock client is told 4401 and tries exactly once', async () => {
	for (const cookie of ['', 'session=unknown', `session=${'a'.repeat(20)}.${'b'.repeat(20)}`])
		expect(await meets(documentId, cookie)).toEqual({ code: 4401, attempts: 1 });
});

test('a page of Chloé does not write with the session that Diego opened in another tab', async () => {
	const diego = await cookieOf(db, cast.diego.id);
	const page = `?ext=1&member=${cast.chloe.id}`;
	const other = await openRaw(host, documentId, diego, page);
	expect(await other.closed).toBe(4401);
	const own = await openRaw(host, documentId, chloe, page);
	own.ask();
	await until(() => own.frames.length > 0, 'an answer');
	own.socket.close();
});

test('an unknown document, a malformed one and a forbidden one cannot be told apart', async () => {
	const { documentId: ofBeta } = await draftCase(db, [cast.beta.id]);
	const answers = await Promise.all(
		[ofBeta, randomUUID(), 'not-a-uuid', "'; drop table members"].map((id) =>
			meets(encodeURIComponent(id), chloe)
		)
	);
	for (const answer of answers) expect(answer).toEqual({ code: 4404, attempts: 1 });
	const diego = await cookieOf(db, cast.diego.id);
	const welcome = await openRaw(host, ofBeta, diego);
	welcome.socket.close();
});

test('one member opens a bounded number of sockets, whatever their sessions', async () => {
	const sessions = await Promise.all([1, 2].map(() => cookieOf(db, cast.efua.id)));
	const raws = await Promise.all(
		Array.from({ length: 5 }, (_, index) => openRaw(host, documentId, sessions[index % 2]!))
	);
	const one = await openRaw(host, documentId, sessions[0]!);
	expect(await one.closed).toBe(4429);
	raws[0]!.socket.close();
	await raws[0]!.closed;
	const again = await openRaw(host, documentId, sessions[1]!);
	expect(await isOpenAfter(again)).toBe(true);
	// Final for the stock client: it does not come back by itself to a place that is full.
	expect(await meets(documentId, sessions[0]!)).toEqual({ code: 4429, attempts: 1 });
	for (const raw of [...raws, again]) raw.socket.terminate();
});

test('one address opens a bounded number of sockets; refused ones and those that left do not count', async () => {
	const own = await startHost(db, { limits: { addressSockets: 3 } });
	for (let round = 0; round < 4; round++) {
		const stranger = await openRaw(own, documentId, '');
		expect(await stranger.closed).toBe(4401);
	}
	const cookies = await Promise.all([cast.chloe, cast.diego, cast.efua].map(({ id }) => cookieOf(db, id)));
	const raws = await Promise.all(cookies.map((cookie) => openRaw(own, documentId, cookie)));
	expect(await Promise.all(raws.map((raw) => isOpenAfter(raw)))).toEqual([true, true, true]);
	const one = await openRaw(own, documentId, cookies[0]!);
	expect(await one.closed).toBe(4429);
	raws[0]!.socket.close();
	await raws[0]!.closed;
	const again = await openRaw(own, documentId, cookies[0]!);
	expect(await isOpenAfter(again)).toBe(true);
	for (const raw of [...raws, again]) raw.socket.terminate();
	await own.stop();
});

test('behind a proxy, an address is the one the proxy saw', async () => {
	const own = await startHost(db, { limits: { addressSockets: 1 } });
	own.app.env.proxies = 1;
	const from = (forwarded: string) =>
		openRaw(own, documentId, chloe, '?ext=1', { 'x-forwarded-for': forwarded });
	const first = await from('198.51.100.7');
	expect(await isOpenAfter(first)).toBe(true);
	expect(await (await from('192.0.2.1, 198.51.100.7')).closed).toBe(4429);
	const other = await from('198.51.100.8');
	expect(await isOpenAfter(other)).toBe(true);
	for (const raw of [first, other]) raw.socket.terminate();
	await own.stop();
});

test('a right lost between the question and the room keeps the door shut', async () => {
	const { documentId: id, caseId } = await draftCase(db, [cast.alpha.id]);
	for (let round = 0; round < 5; round++) {
		const opening = openRaw(host, id, chloe);
		await db.updateTable('cases').set({ state: 'submitted' }).where('id', '=', caseId).execute();
		host.app.bus.publish('document.access', { documentId: id });
		const raw = await opening;
		// Either it was asked after the change, or it is sent back: it never keeps the old right.
		const code = await Promise.race([
			raw.closed,
			until(() => raw.frames.length > 0, 'heard').then(() => raw.frames[0]!.join())
		]);
		if (code === '101,1') expect(await raw.closed).toBe(1012);
		else expect([1012, '101,0']).toContain(code);
		raw.socket.terminate();
		await db.updateTable('cases').set({ state: 'draft' }).where('id', '=', caseId).execute();
	}
});

test('a socket that is refused is gone a second later, whatever its client does', async () => {
	const socket = connect(host.port, '127.0.0.1');
	socket.write(
		`GET /collab/${documentId} HTTP/1.1\r\nHost: a\r\nOrigin: ${host.origin}\r\nConnection: Upgrade\r\n` +
			'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
	);
	const began = Date.now();
	await new Promise((resolve) => socket.once('close', resolve).resume());
	expect(Date.now() - began).toBeLessThan(3_000);
});
