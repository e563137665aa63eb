import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTo, createServer, type AddressInfo, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../tests/support/collaboration.ts';
import type { Bus, BusEventName } from './bus.ts';
import { memoryHub } from './memory.ts';
import { postgresLink } from './postgres.ts';
import { redisLink } from './redis.ts';
import { sharedBus, type OpenLink, type SharedBusSettings } from './shared.ts';

const log = pino({ level: 'silent' });
const quick: Partial<SharedBusSettings> = {
	beat_ms: 100,
	silence_ms: 500,
	retryFirst_ms: 20,
	retryMost_ms: 200
};

/** A wire between the processes and what carries their words, which can be cut. */
class Wire {
	readonly #sockets = new Set<Socket>();
	readonly #server = createServer((socket) => this.#pass(socket));
	readonly #target: { host: string; port: number };
	isMute = false;
	isCut = false;

	constructor(target: { host: string; port: number }) {
		this.#target = target;
	}

	async open(): Promise<number> {
		this.#server.listen(0, '127.0.0.1');
		await once(this.#server, 'listening');
		return (this.#server.address() as AddressInfo).port;
	}

	#pass(socket: Socket): void {
		if (this.isCut) return void socket.destroy();
		const other = connectTo(this.#target);
		for (const [from, to] of [
			[socket, other],
			[other, socket]
		] as const) {
			this.#sockets.add(from);
			from.on('data', (chunk) => void (this.isMute || to.write(chunk)));
			from.on('error', () => {});
			from.on('close', () => {
				this.#sockets.delete(from);
				to.destroy();
			});
		}
	}

	cut(): void {
		this.isCut = true;
		for (const socket of this.#sockets) socket.destroy();
	}

	close(): void {
		this.cut();
		this.#server.close();
	}
}

interface Kind {
	name: Bus['health']['kind'];
	address: string | undefined;
	unset: string;
	port: number;
	link(address: string, channel: string): OpenLink;
}

const kinds: Kind[] = [
	{
		name: 'postgres',
		address: process.env.TEST_DATABASE_URL,
		unset: 'TEST_DATABASE_URL',
		port: 5432,
		link: postgresLink
	},
	{ name: 'redis', address: process.env.TEST_REDIS_URL, unset: 'TEST_REDIS_URL', port: 6379, link: redisLink }
];

describe('memory', () => suite('memory', () => memoryHub()));
for (const { name, address, unset, port, link } of kinds) {
	const isHere = address !== undefined && address !== '';
	describe.skipIf(!isHere)(isHere ? name : `${name}, skipped because ${unset} is not set`, () => {
		const { hostname, port: own } = new URL(address || 'redis://unset');
		const target = { host: hostname, port: Number(own || port) };
		let wire: Wire;
		let through: string;
		const channel = `passerelle-test:${randomBytes(6).toString('hex')}`;
		beforeAll(async () => {
			wire = new Wire(target);
			const url = new URL(address!);
			url.hostname = '127.0.0.1';
			url.port = String(await wire.open());
			through = url.href;
		});
		afterAll(() => wire.close());
		suite(name, () => link(address!, channel));

		test('a cut connection comes back, what was said meanwhile is told, and everybody reads again', async () => {
			const awa = start(name, link(address!, channel));
			const boris = start(name, link(through, channel));
			await met(awa, boris);
			const before = awa.count('bus.missed');
			wire.cut();
			await until(() => !boris.bus.health.isWell, 'Boris notices');
			boris.bus.publish('member.access', { memberId: 'kept' });
			awa.bus.publish('member.access', { memberId: 'unheard' });
			wire.isCut = false;
			await until(() => boris.bus.health.isWell, 'Boris is back');
			await until(() => awa.has('member.access', 'kept'), 'Awa hears it');
			await until(() => boris.count('bus.missed') > 1, 'Boris reads again');
			expect(boris.has('member.access', 'unheard')).toBe(false);
			expect(awa.count('bus.missed')).toBe(before);
		});

		test('a connection that is open and carries nothing is noticed, and another one made', async () => {
			const boris = start(name, link(through, channel));
			await until(() => boris.bus.health.isWell && boris.count('bus.missed') > 0, 'Boris is there');
			wire.isMute = true;
			await until(() => !boris.bus.health.isWell, 'Boris notices', 3_000);
			wire.isMute = false;
			await until(() => boris.bus.health.isWell, 'Boris is back', 15_000);
		});
	});
}

interface Process {
	bus: Bus;
	heard: { name: BusEventName; data: unknown; from: string | null }[];
	has(name: BusEventName, value: string): boolean;
	count(name: BusEventName): number;
}
const processes: Process[] = [];
afterEach(async () => {
	await Promise.all(processes.splice(0).map(({ bus }) => bus.close()));
});

const names: BusEventName[] = [
	'member.access', 'session.ended', 'post.created', 'document.committed', 'document.updates', 'document.presence',
	'bus.missed', 'node.gone'
]; // prettier-ignore

function start(kind: Bus['health']['kind'], open: OpenLink): Process {
	const bus = sharedBus(kind, open, log, quick);
	const heard: Process['heard'] = [];
	for (const name of names) bus.subscribe(name, (data, from) => heard.push({ name, data, from }));
	const one: Process = {
		bus,
		heard,
		has: (name, value) =>
			heard.some((said) => said.name === name && JSON.stringify(said.data).includes(value)),
		count: (name) => heard.filter((said) => said.name === name).length
	};
	processes.push(one);
	return one;
}

/** Each has heard the other. */
async function met(...all: Process[]): Promise<void> {
	for (const one of all)
		await until(() => {
			one.bus.publish('session.ended', { sessionId: 'hello' });
			return all.every((other) => other.has('session.ended', 'hello'));
		}, 'everybody hears');
	await until(
		() => all.every((one) => one.heard.some(({ name, from }) => name === 'session.ended' && from !== null)),
		'everybody heard another one'
	);
	// What was missed before they met is told by now.
	await new Promise((resolve) => setTimeout(resolve, 250));
}

function suite(kind: Bus['health']['kind'], open: () => OpenLink): void {
	test('what one says, all hear once and in order, the one who said it at once', async () => {
		const link = open();
		const [awa, boris] = [start(kind, link), start(kind, link)];
		await met(awa, boris);
		awa.bus.publish('member.access', { memberId: 'm0' });
		expect(awa.has('member.access', 'm0')).toBe(true);
		for (let number = 1; number < 500; number++) awa.bus.publish('member.access', { memberId: `m${number}` });
		await until(() => boris.has('member.access', 'm499'), 'Boris hears all of it');
		const told = (one: Process) =>
			one.heard.filter(({ name }) => name === 'member.access').map(({ data }) => data);
		expect(told(boris)).toEqual(Array.from({ length: 500 }, (_, number) => ({ memberId: `m${number}` })));
		expect(told(awa)).toEqual(told(boris));
		expect(awa.bus.health).toEqual({ kind, isWell: true });
	});

	test('what concerns this process stays here, what concerns the others does not come back', async () => {
		const link = open();
		const [awa, boris] = [start(kind, link), start(kind, link)];
		await met(awa, boris);
		awa.bus.publish('document.committed', { documentId: 'd' });
		awa.bus.publish('document.presence', { documentId: 'd', entries: [], isWhole: true });
		await until(() => boris.count('document.presence') === 1, 'Boris hears who is there');
		expect([awa.count('document.committed'), boris.count('document.committed')]).toEqual([1, 0]);
		expect(awa.count('document.presence')).toBe(0);
	});

	test('the commits of one document are told together, and no longer by number when they are many', async () => {
		const link = open();
		const [awa, boris] = [start(kind, link), start(kind, link)];
		await met(awa, boris);
		for (let seq = 1; seq <= 20; seq++)
			awa.bus.publish('document.updates', { documentId: 'few', seqs: [seq] });
		for (let seq = 1; seq <= 2_000; seq++)
			awa.bus.publish('document.updates', { documentId: 'many', seqs: [seq] });
		await until(() => boris.has('document.updates', 'many'), 'Boris hears of both');
		expect(boris.heard.filter(({ name }) => name === 'document.updates').map(({ data }) => data)).toEqual([
			{ documentId: 'few', seqs: Array.from({ length: 20 }, (_, index) => index + 1) },
			{ documentId: 'many', seqs: null }
		]);
	});

	test('what is too long to be told makes the others read again', async () => {
		const link = open();
		const [awa, boris] = [start(kind, link), start(kind, link)];
		await met(awa, boris);
		const before = boris.count('bus.missed');
		awa.bus.publish('member.access', { memberId: 'é'.repeat(6_000) });
		awa.bus.publish('member.access', { memberId: 'after' });
		await until(() => boris.has('member.access', 'after'), 'Boris hears what follows');
		await until(() => boris.count('bus.missed') > before, 'Boris reads again');
	});

	test('who leaves is missed at once', async () => {
		const link = open();
		const [awa, boris] = [start(kind, link), start(kind, link)];
		await met(awa, boris);
		await boris.bus.close();
		await until(() => awa.count('node.gone') === 1, 'Awa knows');
	});
}
