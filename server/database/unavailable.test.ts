import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { engine, silence, testDatabase, testEnv } from '../../tests/support/database.ts';
import { openDatabase } from './connection.ts';
import { isUnavailable } from './unavailable.ts';

const failure = (code: string, severity = 'ERROR') => Object.assign(new Error('refused'), { code, severity });

test('a database that goes, comes back, is full or cannot be reached is told from a wrong statement', () => {
	for (const code of ['08000', '08001', '08006', '57P01', '57P02', '57P03', '53300', 'ECONNREFUSED', 'EPIPE'])
		expect(isUnavailable(failure(code)), code).toBe(true);
	expect(isUnavailable(failure('55000', 'FATAL'))).toBe(true);
	expect(isUnavailable(new Error('a bug', { cause: failure('57P01', 'FATAL') }))).toBe(true);
	expect(isUnavailable(new Error('Client was closed and is not queryable'))).toBe(true);

	for (const code of ['55000', '57014', '23505', '42601', '40001'])
		expect(isUnavailable(failure(code)), code).toBe(false);
	expect(isUnavailable(new Error('a bug'))).toBe(false);
	expect(isUnavailable(null)).toBe(false);
});

test.runIf(engine === 'postgres')(
	'a database closed to everybody is away, not broken (needs TEST_DATABASE_URL)',
	async () => {
		const place = await testDatabase();
		const { db, close } = await openDatabase(
			testEnv({ databaseUrl: place.variables.DATABASE_URL! }),
			silence
		);
		const name = new URL(place.variables.DATABASE_URL!).pathname.slice(1);
		// PostgreSQL lets nobody close the database they are in.
		const beside = await openDatabase(testEnv({ databaseUrl: process.env.TEST_DATABASE_URL! }), silence);
		const allow = (answer: boolean) =>
			sql`alter database ${sql.ref(name)} allow_connections ${sql.lit(answer)}`.execute(beside.db);
		const asked = () => sql`select 1 as one`.execute(db).then(() => null, isUnavailable);
		expect(await asked()).toBeNull();
		await allow(false);
		await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`.execute(
			beside.db
		);
		expect(await asked()).toBe(true);
		expect(await asked()).toBe(true);
		await allow(true);
		await expect.poll(asked).toBeNull();
		await beside.close();
		await close();
		await place.close();
	}
);
