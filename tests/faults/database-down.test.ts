import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../server/database/connection.ts';
import * as documents from '../../server/domain/documents.ts';
import { createCast, type Cast } from '../support/cast.ts';
import { cookieOf, countRows, startHost, until, write, type Host } from '../support/collaboration.ts';
import { engine, silence, testDatabase, testEnv } from '../support/database.ts';

/** A line to the database that can be cut, or go silent. */
async function openLine(target: { host: string; port: number }) {
	const pairs = new Set<[Socket, Socket]>();
	let state: 'good' | 'cut' | 'silent' = 'good';
	const server = createServer((near) => {
		if (state === 'cut') return void near.destroy();
		const far = connect(target.port, target.host);
		const pair: [Socket, Socket] = [near, far];
		pairs.add(pair);
		for (const socket of pair) socket.on('error', () => {});
		const end = () => {
			pairs.delete(pair);
			near.destroy();
			far.destroy();
		};
		near.on('close', end).on('data', (chunk) => far.write(chunk));
		far.on('close', end).on('data', (chunk) => near.write(chunk));
		if (state === 'silent') for (const socket of pair) socket.pause();
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		port: (server.address() as AddressInfo).port,
		become(next: typeof state) {
			state = next;
			for (const pair of pairs)
				for (const socket of pair)
					if (next === 'cut') socket.destroy();
					else if (next === 'silent') socket.pause();
					else socket.resume();
		},
		async close() {
			for (const pair of pairs) for (const socket of pair) socket.destroy();
			server.close();
			await once(server, 'close');
		}
	};
}

describe.skipIf(engine !== 'postgres')(
	'while PostgreSQL cannot be reached (needs TEST_DATABASE_URL: an embedded database is never far)',
	() => {
		let place: Awaited<ReturnType<typeof testDatabase>>;
		let line: Awaited<ReturnType<typeof openLine>>;
		let far: Awaited<ReturnType<typeof openDatabase>>;
		let cast: Cast;
		let host: Host;

		beforeAll(async () => {
			place = await testDatabase();
			cast = await createCast(place.db);
			const url = new URL((place.variables as { DATABASE_URL: string }).DATABASE_URL);
			line = await openLine({ host: url.hostname, port: Number(url.port || 5432) });
			url.hostname = '127.0.0.1';
			url.port = String(line.port);
			far = await openDatabase(testEnv({ databaseUrl: url.href, databasePool: 4 }), silence);
			host = await startHost(far.db, { limits: { commitAttempt_ms: 1_500 } });
		});
		afterAll(async () => {
			line.become('good');
			await host.stop();
			await far.close();
			await line.close();
			await place.close();
		});

		for (const trouble of ['cut', 'silent'] as const)
			test(`the line ${trouble}: nothing is said to be saved, people are told, and it heals by itself`, async () => {
				const documentId = await documents.create(place.db, 'bench', { isDemo: false });
				const one = write(host, documentId, { cookie: await cookieOf(place.db, cast.chloe.id) });
				const other = write(host, documentId, { cookie: await cookieOf(place.db, cast.diego.id) });
				await until(() => one.provider.synced && other.provider.synced, 'both synced');
				one.doc.getText('bench').insert(0, 'before ');
				await until(() => one.isSaved() && other.doc.getText('bench').length === 7, 'saved');
				const rows = await countRows(place.db, documentId);

				line.become(trouble);
				const began = Date.now();
				let words = 0;
				const typing = setInterval(() => one.doc.getText('bench').insert(7, `${words++} `), 50);
				await until(() => one.counter.waiting.includes(1), 'told that saving waits');
				expect(Date.now() - began).toBeLessThan(2_600);
				const acknowledged = one.counter.acknowledged;
				await new Promise((resolve) => setTimeout(resolve, 4_000));
				expect(one.counter.acknowledged).toBe(acknowledged);
				expect(one.isSaved()).toBe(false);
				expect(other.doc.getText('bench').toJSON()).toBe('before ');
				expect(await countRows(place.db, documentId)).toBe(rows);

				line.become('good');
				const healed = Date.now();
				clearInterval(typing);
				await until(() => one.isSaved(), 'saved');
				expect(Date.now() - healed).toBeLessThan(5_000);
				await until(() => one.counter.waiting.at(-1) === 0, 'told that it is well again');
				const text = one.doc.getText('bench').toJSON();
				expect((await documents.load(place.db, documentId)).getText('bench').toJSON()).toBe(text);
				await until(() => other.doc.getText('bench').toJSON() === text, 'both the same');
				expect([one.counter.attempts, other.counter.attempts]).toEqual([1, 1]);
				one.leave();
				other.leave();
			});

		test('whoever comes is told to try again, and gets in when it is back', async () => {
			const documentId = await documents.create(place.db, 'bench', { isDemo: false });
			const cookie = await cookieOf(place.db, cast.chloe.id);
			line.become('cut');
			const one = write(host, documentId, { cookie });
			await until(() => one.counter.closes.includes(4503), 'told to try again');
			line.become('good');
			await until(() => one.provider.synced, 'in');
			one.leave();
		});
	}
);
