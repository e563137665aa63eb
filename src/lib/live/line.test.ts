import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { createCast, type Cast } from '../../../tests/support/cast.ts';
import { cookieOf, startHost, until, write, type Host } from '../../../tests/support/collaboration.ts';
import { testDatabase } from '../../../tests/support/database.ts';
import { startProxy, type Proxy } from '../../../tests/support/polling.ts';
import * as documents from '../../../server/domain/documents.ts';
import { lineMemory, type LineMemory } from './line-memory.ts';
import { lineClass, type LineKind, type Patience } from './line.ts';

const place = await testDatabase();
const { db } = place;
let cast: Cast;
let host: Host;
let proxy: Proxy;
let chloe: string;
let documentId: string;

beforeAll(async () => {
	cast = await createCast(db);
	chloe = await cookieOf(db, cast.chloe.id);
});
afterAll(() => place.close());
beforeEach(async () => {
	host = await startHost(db, { bus: cast.bus });
	proxy = await startProxy(host);
	host.app.origins.add(proxy.origin);
	documentId = await documents.create(db, 'bench', { isDemo: false });
});
afterEach(async () => {
	for (const leave of leaving.splice(0)) leave();
	await proxy.close();
	await host.stop();
});

const leaving: (() => void)[] = [];

function kept(): LineMemory {
	const values = new Map<string, string>();
	const storage = {
		getItem: (key: string) => values.get(key) ?? null,
		setItem: (key: string, value: string) => values.set(key, value),
		removeItem: (key: string) => values.delete(key)
	};
	return lineMemory(() => storage as unknown as Storage);
}

interface Person {
	text: Y.Text;
	provider: WebsocketProvider;
	memory: LineMemory;
	/** The lines that opened, in order. */
	lines: LineKind[];
	closes: number[];
	sent: Uint8Array[];
}

/** The stock client of a browser behind the proxy. */
function arrive(patience: Partial<Patience> = {}, { cookie = chloe, memory = kept() } = {}): Person {
	const headers = { cookie, origin: proxy.origin };
	class WithCookie extends WebSocket {
		constructor(address: string) {
			super(address, { headers });
			this.on('error', () => {});
		}
	}
	const person: Omit<Person, 'provider'> = {
		text: new Y.Doc().getText('bench'),
		memory,
		lines: [],
		closes: [],
		sent: []
	};
	const provider = new WebsocketProvider(
		`ws://127.0.0.1:${proxy.port}/collab`,
		documentId,
		person.text.doc!,
		{
			disableBc: true,
			params: { ext: '1' },
			WebSocketPolyfill: lineClass({
				memory,
				headers,
				WebSocket: WithCookie as unknown as typeof globalThis.WebSocket,
				patience: { again_ms: 50, ...patience },
				onOpen: (kind) => person.lines.push(kind),
				onSent: (frame) => person.sent.push(frame)
			})
		}
	);
	provider.messageHandlers[100] = provider.messageHandlers[101] = () => {};
	provider.on('connection-close', (event) => event && person.closes.push(event.code));
	leaving.push(() => provider.destroy());
	return { ...person, provider };
}

describe('where WebSockets pass', () => {
	test('a line is a WebSocket, and nothing is asked by polling', async () => {
		proxy.letsUpgrade = true;
		const person = arrive();
		await until(() => person.provider.synced, 'synced');
		expect(person.lines).toEqual(['websocket']);
		expect(person.memory.isBlocked).toBe(false);
		expect(proxy.count('/collab-polling')).toBe(0);
	});

	test('a server that is away for a while is not taken for a blocked WebSocket', async () => {
		proxy.letsUpgrade = true;
		const person = arrive();
		await until(() => person.provider.synced, 'synced');
		const { port } = host;
		await host.stop();
		await until(() => person.closes.length > 2, 'tried in vain');
		expect(person.memory.isBlocked).toBe(false);
		host = await startHost(db, { bus: cast.bus, port });
		host.app.origins.add(proxy.origin);
		await until(() => person.provider.synced, 'back');
		expect(person.lines.at(-1)).toBe('websocket');
	});
});

describe('where WebSockets are refused', () => {
	test('two refusals, and the same words travel by polling; the tab remembers', async () => {
		const person = arrive();
		await until(() => person.provider.synced, 'synced');
		expect(person.lines).toEqual(['polling']);
		expect(proxy.refused).toBe(2);
		const other = write(host, documentId, { cookie: await cookieOf(db, cast.diego.id) });
		leaving.push(other.leave);
		await until(() => other.provider.synced, 'the other is here');
		person.text.insert(0, 'by polling');
		await until(() => other.doc.getText('bench').toString() === 'by polling', 'heard');
		other.doc.getText('bench').insert(0, 'heard ');
		await until(() => person.text.toString() === 'heard by polling', 'answered');

		const next = arrive({}, { memory: person.memory });
		await until(() => next.provider.synced, 'the next page');
		expect(next.lines).toEqual(['polling']);
		expect(proxy.refused).toBe(2);
	});

	test('frames larger than a request arrive in pieces', async () => {
		const person = arrive();
		await until(() => person.provider.synced, 'synced');
		const words = 'abcdefghij'.repeat(70_000);
		person.text.insert(0, words);
		await until(
			async () => (await documents.load(db, documentId)).getText('bench').length === 700_000,
			'stored'
		);
		expect((await documents.load(db, documentId)).getText('bench').toString()).toBe(words);
	});

	test('it goes back to the WebSocket when the proxy lets it through, and loses nothing', async () => {
		const person = arrive({ back_ms: [100] });
		await until(() => person.lines[0] === 'polling', 'on polling');
		await until(() => proxy.refused > 4, 'tried again and again');
		expect(person.lines).toEqual(['polling']);
		person.text.insert(0, 'before ');
		proxy.letsUpgrade = true;
		await until(() => person.lines.at(-1) === 'websocket', 'back');
		person.text.insert(person.text.length, 'after');
		await until(
			async () => (await documents.load(db, documentId)).getText('bench').toString() === 'before after',
			'stored'
		);
		expect(person.memory.isBlocked).toBe(false);
	});

	test('a refusal for good is heard with its code, and not asked for again', async () => {
		const person = arrive({}, { cookie: 'session=unknown' });
		await until(() => person.closes.length > 0, 'refused');
		await new Promise((resolve) => setTimeout(resolve, 1_000));
		expect(person.closes).toEqual([4401]);
	});
});

test('a WebSocket that neither opens nor fails is given up after a while', async () => {
	proxy.holdsUpgrade = true;
	const person = arrive({ open_ms: 300 });
	await until(() => person.provider.synced, 'synced');
	expect(person.lines).toEqual(['polling']);
});

test('a WebSocket that opens and stays mute is left, and not taken again', async () => {
	proxy.answersUpgrade = true;
	const person = arrive({ open_ms: 300 });
	await until(() => person.provider.synced, 'synced');
	expect(person.lines).toEqual(['websocket', 'polling']);
});

test('leaving while a line opens leaves nothing behind', async () => {
	const person = arrive();
	person.provider.destroy();
	await new Promise((resolve) => setTimeout(resolve, 500));
	expect(person.lines).toEqual([]);
	expect(proxy.count('/collab-polling')).toBe(0);
});

describe('the memory of the tab', () => {
	test('is read by the next page, and forgets', () => {
		const memory = kept();
		expect(memory.isBlocked).toBe(false);
		memory.block();
		expect(memory.isBlocked).toBe(true);
		memory.unblock();
		expect(memory.isBlocked).toBe(false);
	});

	test('works for the page alone where nothing may be kept', () => {
		const memory = lineMemory(() => {
			throw new Error('SecurityError');
		});
		memory.block();
		expect(memory.isBlocked).toBe(true);
	});
});
