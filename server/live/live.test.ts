import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { io as connect, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { JoinAnswer, LiveEvents, LiveRequests } from '#lib/contract/live.ts';
import { createCompleteCase, seedReference } from '../../tests/support/cases.ts';
import { createCast } from '../../tests/support/cast.ts';
import { testDatabase, testEnv } from '../../tests/support/database.ts';
import type { App } from '../app.ts';
import { memoryBus } from '../bus/memory.ts';
import { createSession, endSession, sessionCookieName, whoOf } from '../auth/sessions.ts';
import * as cases from '../domain/cases.ts';
import * as members from '../domain/members.ts';
import * as threads from '../domain/threads.ts';
import { attachProjection } from './projection.ts';
import { attachLive } from './socket.ts';

type Browser = Socket<LiveEvents, LiveRequests>;
type Heard = Parameters<LiveEvents['post.created']>[0];

const { db, close } = await testDatabase();
const cast = await createCast(db);
await seedReference(db);
const asChloe = cast.context(cast.chloe);
const asDiego = cast.context(cast.diego);

let http: Server;
let origin: string;
let live: { close(): Promise<void> };
const browsers: Browser[] = [];
/** Who is asked for is refused while this is set, as when the database is away. */
let isAway = false;
const app: App = {
	env: testEnv(),
	db,
	databaseKind: 'embedded',
	bus: cast.bus,
	log: pino({ level: 'silent' }),
	origins: new Set(),
	secure: false,
	contextFor: (who) => ({ who, db, bus: cast.bus }),
	close: async () => {}
};

async function openDoor(port = 0): Promise<void> {
	http = createServer((_request, response) => response.writeHead(404).end('page'));
	live = attachLive(http, app, {
		whoOf: (request: IncomingMessage) =>
			isAway ? Promise.reject(new Error('the database is away')) : whoOf(db, request.headers.cookie, false)
	});
	http.listen(port, '127.0.0.1');
	await once(http, 'listening');
	origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
	app.origins = new Set([origin]);
}
async function closeDoor(): Promise<void> {
	const closed = new Promise((resolve) => http.close(resolve));
	await live.close();
	http.closeAllConnections();
	await closed;
}

beforeEach(async () => {
	await db.deleteFrom('rate_limits').execute();
	await openDoor();
});
afterEach(async () => {
	isAway = false;
	for (const browser of browsers.splice(0)) browser.disconnect();
	await closeDoor();
});
afterAll(close);

async function cookieOf(person: { id: string }): Promise<{ cookie: string; sessionId: string }> {
	const { id, token } = await createSession(db, person.id);
	return { cookie: `${sessionCookieName(false)}=${token}`, sessionId: id };
}
function browserWith(cookie: string | undefined, options: object = {}): Browser {
	const extraHeaders = { origin, ...(cookie ? { cookie } : {}) };
	const browser: Browser = connect(origin, {
		forceNew: true,
		reconnectionDelay: 50,
		reconnectionDelayMax: 200,
		extraHeaders,
		...options
	});
	browsers.push(browser);
	return browser;
}
async function browserOf(person: { id: string }, options?: object): Promise<Browser> {
	const browser = browserWith((await cookieOf(person)).cookie, options);
	await opened(browser);
	return browser;
}
const opened = (browser: Browser) =>
	new Promise<void>((resolve, reject) => {
		browser.once('connect', resolve);
		browser.once('connect_error', reject);
	});
const join = (browser: Browser, threadId: string): Promise<JoinAnswer> =>
	browser.timeout(3_000).emitWithAck('thread.join', { threadId });
function hearing(browser: Browser): Heard[] {
	const heard: Heard[] = [];
	browser.on('post.created', (news) => heard.push(news));
	return heard;
}
const words = (body = 'Bonjour') => ({ body, clientKey: randomUUID() });
async function openThread(visibility: 'public' | 'members' = 'members'): Promise<string> {
	return (await threads.open(asChloe, { title: 'Une question', visibility, ...words() })).id;
}
async function until(condition: () => boolean | Promise<boolean>, within_ms = 2_000): Promise<void> {
	const end = performance.now() + within_ms;
	while (!(await condition())) {
		if (performance.now() > end) throw new Error('it did not happen in time');
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}
/** Long enough for what must not happen to have happened: Chloé has heard it first. */
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 150));

describe('telling', () => {
	test.each([['polling then WebSocket'], ['polling'], ['websocket']])(
		'Diego’s reply is heard once, within a second, by Chloé over %s',
		async (way) => {
			const threadId = await openThread();
			const transports = way.includes('then') ? undefined : { transports: [way] };
			const chloe = await browserOf(cast.chloe, transports);
			const heard = hearing(chloe);
			expect(await join(chloe, threadId)).toEqual({ ok: true, lastNumber: 1 });
			const post = await threads.reply(asDiego, threadId, words('Oui !'));
			await until(() => heard.length > 0, 1_000);
			await aMoment();
			expect(heard).toEqual([{ threadId, number: 2, post }]);
			expect(await join(chloe, threadId)).toEqual({ ok: true, lastNumber: 2 });
		}
	);

	test('a replayed reply is not told again', async () => {
		const threadId = await openThread();
		const chloe = await browserOf(cast.chloe);
		const heard = hearing(chloe);
		await join(chloe, threadId);
		const input = words();
		await Promise.all(Array.from({ length: 20 }, () => threads.reply(asDiego, threadId, input)));
		await until(() => heard.length > 0);
		await aMoment();
		expect(heard.map(({ number }) => number)).toEqual([2]);
	});

	test('many replies at once are told in the order of their numbers', async () => {
		const threadId = await openThread();
		const chloe = await browserOf(cast.chloe);
		const heard = hearing(chloe);
		await join(chloe, threadId);
		await Promise.all(
			[asDiego, asChloe, cast.context(cast.efua)].flatMap((context) =>
				Array.from({ length: 8 }, () => threads.reply(context, threadId, words()))
			)
		);
		await until(() => heard.length === 24);
		expect(heard.map(({ number }) => number)).toEqual(Array.from({ length: 24 }, (_, index) => index + 2));
	});

	test('who is in another thread, has left, or may not read, hears nothing of what Chloé hears', async () => {
		const { reference } = await createCompleteCase(asChloe);
		const threadId = await threads.forCase(asChloe, reference);
		const chloe = await browserOf(cast.chloe);
		const elsewhere = await browserOf(cast.chloe);
		const left = await browserOf(cast.chloe);
		const diego = await browserOf(cast.diego);
		const heard = hearing(chloe);
		const silent = [elsewhere, left, diego].map(hearing);
		await join(chloe, threadId);
		await join(elsewhere, await openThread());
		await join(left, threadId);
		left.emit('thread.leave', { threadId });
		expect(await join(diego, threadId)).toEqual({ ok: false, reason: 'missing' });
		expect(await join(diego, randomUUID())).toEqual({ ok: false, reason: 'missing' });

		await threads.reply(asChloe, threadId, words('Entre nous'));
		await until(() => heard.length === 1);
		await aMoment();
		expect(silent).toEqual([[], [], []]);
	});

	test('what is committed while Chloé joins is in her number or told to her', async () => {
		for (let round = 0; round < 9; round++) {
			const threadId = await openThreadAs(round);
			const chloe = browsers.at(-1) ?? (await browserOf(cast.chloe));
			const heard = hearing(chloe);
			const [answer, post] = await Promise.all([
				join(chloe, threadId),
				threads.reply(asDiego, threadId, words())
			]);
			const lastNumber = answer.ok ? answer.lastNumber : NaN;
			if (lastNumber < post.number) await until(() => heard.length > 0);
			expect(Math.max(lastNumber, ...heard.map(({ number }) => number))).toBe(2);
			chloe.off('post.created');
		}
	});
	async function openThreadAs(round: number): Promise<string> {
		await db.deleteFrom('rate_limits').execute();
		return openThread(round % 2 ? 'public' : 'members');
	}
});

describe('the door', () => {
	test('a visitor, a forged and an ended session are refused', async () => {
		const ended = await cookieOf(cast.chloe);
		await endSession(db, ended.sessionId);
		for (const cookie of [
			undefined,
			'session=x',
			`session=${'a'.repeat(20)}.${'b'.repeat(20)}`,
			ended.cookie
		]) {
			await expect(opened(browserWith(cookie))).rejects.toThrow('unauthorized');
		}
		await browserOf(cast.chloe);
	});

	test('one member, and one address, have a bounded number of connections', async () => {
		await closeDoor();
		Object.assign(app.env.collaboration, { memberSockets: 2, addressSockets: 4 });
		try {
			await openDoor();
			const [first] = [await browserOf(cast.chloe), await browserOf(cast.chloe)];
			await expect(browserOf(cast.chloe)).rejects.toThrow('too_many');
			first.disconnect();
			await vi.waitFor(async () => void (await browserOf(cast.chloe)));
			await vi.waitFor(async () => void (await browserOf(cast.diego)));
			await browserOf(cast.efua);
			await expect(browserOf(cast.efua)).rejects.toThrow('xhr poll error');
		} finally {
			app.env.collaboration = testEnv().collaboration;
		}
	});

	test('a page of another site is refused, whoever’s cookie it carries', async () => {
		const { cookie } = await cookieOf(cast.chloe);
		for (const transports of [['polling'], ['websocket']]) {
			for (const foreign of ['https://evil.example', 'null', `${origin}.evil.example`]) {
				const browser = browserWith(cookie, { transports, extraHeaders: { cookie, origin: foreign } });
				await expect(opened(browser)).rejects.toThrow();
			}
			await opened(browserWith(cookie, { transports }));
		}
	});

	test('without an Origin, only a same-origin poll comes in', async () => {
		const poll = (headers: Record<string, string>) =>
			new Promise<number>((resolve, reject) => {
				httpRequest(`${origin}/socket.io/?EIO=4&transport=polling`, { headers }, (response) => {
					response.resume();
					resolve(response.statusCode!);
				})
					.on('error', reject)
					.end();
			});
		expect(await poll({ 'sec-fetch-site': 'same-origin' })).toBe(200);
		expect(await poll({ referer: `${origin}/discussions` })).toBe(200);
		expect(await poll({})).toBe(403);
		expect(await poll({ 'sec-fetch-site': 'cross-site', referer: `${origin}/` })).toBe(403);
		expect(await poll({ 'sec-fetch-site': 'same-site' })).toBe(403);
		expect(await poll({ referer: 'https://evil.example/' })).toBe(403);
		expect(await poll({ referer: 'nonsense' })).toBe(403);
		const { cookie } = await cookieOf(cast.chloe);
		await expect(
			opened(browserWith(cookie, { transports: ['websocket'], extraHeaders: { cookie } }))
		).rejects.toThrow();
	});

	test('pages and other upgrades on the same port are left alone', async () => {
		expect(await (await fetch(`${origin}/fiches`)).text()).toBe('page');
		const upgraded = once(http, 'upgrade');
		const request = httpRequest(`${origin}/collab/x`, {
			headers: { connection: 'Upgrade', upgrade: 'websocket' }
		});
		request.on('error', () => {});
		request.end();
		const [, socket] = await upgraded;
		await aMoment();
		expect(socket.destroyed).toBe(false);
		socket.destroy();
	});

	test('when the database is away, browsers keep trying and come in once it is back', async () => {
		isAway = true;
		const browser = browserWith((await cookieOf(cast.chloe)).cookie);
		await aMoment();
		expect(browser.connected).toBe(false);
		isAway = false;
		await until(() => browser.connected);
	});

	test('when the server restarts, browsers come back by themselves and join again', async () => {
		const threadId = await openThread();
		const all = [await browserOf(cast.chloe, { transports: ['polling'] }), await browserOf(cast.diego)];
		for (const browser of all) {
			browser.on('connect', () => void join(browser, threadId));
			await join(browser, threadId);
		}
		const reasons: string[] = [];
		for (const browser of all) browser.on('disconnect', (reason) => void reasons.push(reason));
		const port = Number(new URL(origin).port);
		const started = performance.now();
		await closeDoor();
		expect(performance.now() - started).toBeLessThan(1_000);
		await openDoor(port);
		await until(() => reasons.length === 2);
		await until(() => all.every((browser) => browser.connected), 5_000);
		const heard = all.map(hearing);
		await aMoment();
		await threads.reply(asDiego, threadId, words());
		await until(() => heard.every((news) => news.length === 1));
	});
});

describe('rights that change', () => {
	async function inCaseThread() {
		const { reference } = await createCompleteCase(asChloe);
		await cases.invite(asChloe, reference, cast.beta.id);
		const threadId = await threads.forCase(asChloe, reference);
		const { cookie, sessionId } = await cookieOf(cast.diego);
		const chloe = await browserOf(cast.chloe);
		const diego = browserWith(cookie);
		await opened(diego);
		const heard = { chloe: hearing(chloe), diego: hearing(diego) };
		await join(chloe, threadId);
		await join(diego, threadId);
		await threads.reply(asChloe, threadId, words('Pour tous'));
		await until(() => heard.diego.length === 1 && heard.chloe.length === 1);
		return { threadId, diego, heard, sessionId };
	}

	test('a member who leaves the organisation hears no more of its case, and cannot join again', async () => {
		const { threadId, diego, heard } = await inCaseThread();
		const closed = once(diego as unknown as NodeJS.EventEmitter, 'disconnect');
		await db
			.updateTable('memberships')
			.set({ ended_at: new Date() })
			.where('member_id', '=', cast.diego.id)
			.execute();
		try {
			cast.bus.publish('member.access', { memberId: cast.diego.id });
			await closed;
			await until(() => diego.connected);
			expect(await join(diego, threadId)).toEqual({ ok: false, reason: 'missing' });
			await threads.reply(asChloe, threadId, words('Sans Diego'));
			await until(() => heard.chloe.length === 2);
			await aMoment();
			expect(heard.diego).toHaveLength(1);
		} finally {
			await db
				.updateTable('memberships')
				.set({ ended_at: null })
				.where('member_id', '=', cast.diego.id)
				.execute();
		}
	});

	test('an organisation that leaves the case hears no more of it', async () => {
		const { threadId, diego, heard } = await inCaseThread();
		await db.deleteFrom('case_organisations').where('organisation_id', '=', cast.beta.id).execute();
		const thread = db.selectFrom('threads').select('case_id').where('id', '=', threadId);
		const { document_id: documentId } = await db
			.selectFrom('cases')
			.select('document_id')
			.where('id', '=', thread)
			.executeTakeFirstOrThrow();
		const closed = once(diego as unknown as NodeJS.EventEmitter, 'disconnect');
		cast.bus.publish('document.access', { documentId });
		await closed;
		await threads.reply(asChloe, threadId, words('Sans eux'));
		await until(() => heard.chloe.length === 2);
		await aMoment();
		expect(heard.diego).toHaveLength(1);
	});

	test('a session that ends is told so, closed, and hears nothing after', async () => {
		const { threadId, diego, heard, sessionId } = await inCaseThread();
		const told = once(diego as unknown as NodeJS.EventEmitter, 'session.ended');
		const closed = once(diego as unknown as NodeJS.EventEmitter, 'disconnect');
		await endSession(db, sessionId);
		cast.bus.publish('session.ended', { sessionId });
		await told;
		await closed;
		await threads.reply(asChloe, threadId, words('Après'));
		await until(() => heard.chloe.length === 2);
		await aMoment();
		expect(heard.diego).toHaveLength(1);
		expect(diego.connected).toBe(false);
	});

	test('rights that do not change disturb nobody', async () => {
		const { threadId, diego, heard } = await inCaseThread();
		const { case_id } = await db
			.selectFrom('threads')
			.select('case_id')
			.where('id', '=', threadId)
			.executeTakeFirstOrThrow();
		const { document_id } = await db
			.selectFrom('cases')
			.select('document_id')
			.where('id', '=', case_id)
			.executeTakeFirstOrThrow();
		let closings = 0;
		diego.on('disconnect', () => closings++);
		cast.bus.publish('member.access', { memberId: cast.diego.id });
		cast.bus.publish('document.access', { documentId: document_id });
		cast.bus.publish('document.access', { documentId: randomUUID() });
		await aMoment();
		await threads.reply(asChloe, threadId, words('Encore'));
		await until(() => heard.diego.length === 2);
		expect(closings).toBe(0);
	});
});

describe('hostile requests', () => {
	test('whatever is sent, the answer is "invalid" or nothing, and others go on hearing', async () => {
		const threadId = await openThread();
		const chloe = await browserOf(cast.chloe);
		const heard = hearing(chloe);
		await join(chloe, threadId);
		const diego = (await browserOf(cast.diego)) as unknown as Socket;
		const payloads: unknown[] = [
			undefined,
			null,
			0,
			'',
			'x',
			[],
			[[]],
			{},
			{ threadId: null },
			{ threadId: 1 },
			{ threadId: '' },
			{ threadId: [threadId] },
			{ threadId: { toString: threadId } },
			{ threadId: `thread:${threadId}` },
			{ threadId: "' or true --" },
			{ threadId: '\0' },
			{ threadId: 'x'.repeat(20_000) },
			JSON.parse('{"__proto__": {"threadId": "x", "polluted": true}}'),
			JSON.parse('{"constructor": {"prototype": {"polluted": true}}, "threadId": 5}'),
			Buffer.alloc(1_000)
		];
		for (const payload of payloads) {
			expect(await diego.timeout(3_000).emitWithAck('thread.join', payload)).toEqual({
				ok: false,
				reason: 'invalid'
			});
			// No callback, a callback that is none, a missing or an extra argument, unknown and reserved-looking names.
			diego.emit('thread.join', payload);
			diego.emit('thread.join', payload, 'not a function', payload);
			diego.emit('thread.leave', payload);
		}
		expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
		await new Promise((resolve) => setTimeout(resolve, 50));
		await threads.reply(asDiego, threadId, words());
		await until(() => heard.length === 1);
	});

	test('calls without arguments, unknown names and forged rooms do nothing', async () => {
		const threadId = await openThread();
		const chloe = await browserOf(cast.chloe);
		const heard = hearing(chloe);
		await join(chloe, threadId);
		const diego = (await browserOf(cast.diego)) as unknown as Socket;
		const eavesdropped: unknown[] = [];
		diego.onAny((...args) => eavesdropped.push(args));
		diego.emit('thread.join');
		diego.emit('thread.leave');
		diego.emit('thread.join', () => {});
		diego.emit('join', `thread:${threadId}`);
		diego.emit('post.created', { threadId, number: 9, post: { html: '<script>' } });
		diego.emit('__proto__', {});
		await threads.reply(asDiego, threadId, words());
		await until(() => heard.length === 1);
		await aMoment();
		expect(heard.map(({ number }) => number)).toEqual([2]);
		expect(eavesdropped).toEqual([]);
		expect(diego.connected).toBe(true);
	});

	test('an oversized message closes only the line it came by', async () => {
		const threadId = await openThread();
		const chloe = await browserOf(cast.chloe);
		await join(chloe, threadId);
		const diego = (await browserOf(cast.diego, {
			transports: ['websocket'],
			reconnection: false
		})) as unknown as Socket;
		const closed = new Promise((resolve) => diego.once('disconnect', resolve));
		diego.emit('thread.join', { threadId: 'x'.repeat(100_000) });
		await closed;
		expect(await join(chloe, threadId)).toMatchObject({ ok: true });
	});

	test('ten thousand joins at once cut the socket that sends them', async () => {
		const threadId = await openThread();
		const chloe = await browserOf(cast.chloe);
		const heard = hearing(chloe);
		await join(chloe, threadId);
		const diego = await browserOf(cast.diego, { reconnection: false });
		const closed = new Promise((resolve) => diego.once('disconnect', resolve));
		for (let index = 0; index < 10_000; index++)
			diego.emit('thread.join', { threadId: randomUUID() }, () => {});
		await closed;
		await threads.reply(asDiego, threadId, words());
		await until(() => heard.length === 1, 5_000);
	});
});

describe('when the bus loses a message', () => {
	const silently = { ...asDiego, bus: memoryBus(() => {}) };
	beforeEach(async () => {
		await closeDoor();
		vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
		await openDoor();
	});
	afterEach(() => void vi.useRealTimers());

	test('Chloé learns within 25 seconds which number is the newest, of her threads only', async () => {
		const [threadId, other] = [await openThread(), await openThread()];
		const chloe = await browserOf(cast.chloe);
		const heads: Record<string, number>[] = [];
		chloe.on('threads.heads', (news) => heads.push(news.heads));
		await join(chloe, threadId);
		const idle = await browserOf(cast.diego);
		let idleHeads = 0;
		idle.on('threads.heads', () => idleHeads++);
		await threads.reply(silently, threadId, words());
		await threads.reply(silently, other, words());
		vi.advanceTimersByTime(25_000);
		await until(() => heads.length > 0);
		await aMoment();
		expect(heads).toEqual([{ [threadId]: 2 }]);
		expect(idleHeads).toBe(0);
	});

	test('a session that ended unannounced is closed within two minutes, and no other', async () => {
		const { cookie, sessionId } = await cookieOf(cast.diego);
		const diego = browserWith(cookie);
		await opened(diego);
		const chloe = await browserOf(cast.chloe);
		await endSession(db, sessionId);
		const told = once(diego as unknown as NodeJS.EventEmitter, 'session.ended');
		vi.advanceTimersByTime(120_000);
		await told;
		await until(() => !diego.connected);
		expect(chloe.connected).toBe(true);
	});
});

test('the title in the lists follows the live document, once for many commits', async () => {
	const { reference, documentId } = await createCompleteCase(asChloe);
	const bench = randomUUID();
	const stop = attachProjection(app, { after_ms: 30 });
	for (let index = 0; index < 50; index++) cast.bus.publish('document.committed', { documentId });
	cast.bus.publish('document.committed', { documentId: bench });
	const title = async () => (await cases.get(asChloe, reference)).title;
	expect(await title()).toBe('');
	await until(async () => (await title()) === 'Des marchés paysans à Rufisque');
	await db.updateTable('cases').set({ title: '' }).where('reference', '=', reference).execute();
	cast.bus.publish('document.committed', { documentId });
	await stop();
	expect(await title()).toBe('Des marchés paysans à Rufisque');
});

test('when Boris suspends an account, its open line ends within two seconds', async () => {
	const { id } = await db
		.insertInto('members')
		.values({ email: 'gisele@example.invalid', name: 'Gisèle', password_hash: 'unusable' })
		.returning('id')
		.executeTakeFirstOrThrow();
	await db
		.insertInto('memberships')
		.values({ member_id: id, organisation_id: cast.alpha.id, role: 'member' })
		.execute();
	const gisele = await browserOf({ id });
	let hasEnded = false;
	gisele.on('session.ended', () => (hasEnded = true));
	await members.suspend(cast.context(cast.boris), { memberId: id, reason: 'Compte partagé' });
	await until(() => hasEnded && !gisele.connected, 2_000);
});
