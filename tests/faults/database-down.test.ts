import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../server/database/connection.ts';
import * as documents from '../../server/domain/documents.ts';
import { badLine, type BadLine } from '../support/bad-line.ts';
import { createCast, type Cast } from '../support/cast.ts';
import {
	cookieOf,
	countRows,
	startHost,
	until,
	write,
	type Host,
	type Writer
} from '../support/collaboration.ts';
import { engine, silence, testDatabase, testEnv } from '../support/database.ts';

describe.skipIf(engine !== 'postgres')(
	'while PostgreSQL cannot be reached (needs TEST_DATABASE_URL: an embedded database is never far)',
	() => {
		let place: Awaited<ReturnType<typeof testDatabase>>;
		let line: BadLine;
		let far: Awaited<ReturnType<typeof openDatabase>>;
		let cast: Cast;
		let host: Host;

		beforeAll(async () => {
			place = await testDatabase();
			cast = await createCast(place.db);
			const url = new URL((place.variables as { DATABASE_URL: string }).DATABASE_URL);
			line = await badLine({ host: url.hostname, port: Number(url.port || 5432) });
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
				expect(Date.now() - began).toBeLessThan(2_100);
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

		test('people are told even while the commit of another document does not end', async () => {
			const patient = await startHost(far.db);
			const cookie = await cookieOf(place.db, cast.chloe.id);
			const ids = await Promise.all([1, 2].map(() => documents.create(place.db, 'bench', { isDemo: false })));
			const [first, second] = ids.map((id) => write(patient, id, { cookie })) as [Writer, Writer];
			await until(() => first.isSaved() && second.isSaved(), 'both in');
			line.become('silent');
			first.doc.getText('bench').insert(0, 'first');
			await new Promise((resolve) => setTimeout(resolve, 300));
			second.doc.getText('bench').insert(0, 'second');
			const began = Date.now();
			await until(() => second.counter.waiting.includes(1), 'told');
			expect(Date.now() - began).toBeLessThan(2_100);
			line.become('good');
			await until(() => first.isSaved() && second.isSaved(), 'saved');
			await until(() => second.counter.waiting.at(-1) === 0, 'told that it is well again');
			for (const writer of [first, second]) writer.leave();
			await patient.stop();
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
