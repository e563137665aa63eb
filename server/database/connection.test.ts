import { createServer } from 'node:net';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { engine, silence, type TestDatabase, testDatabase, testEnv } from '../../tests/support/database.ts';
import { databaseProcess } from '../../tests/support/processes.ts';
import { openDatabase } from './connection.ts';
import { isStartError } from './start-error.ts';

let dataDir: string;
beforeEach(() => {
	dataDir = mkdtempSync(join(tmpdir(), 'passerelle-connection-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** What openDatabase says instead of opening. */
async function refusal(overrides: Parameters<typeof testEnv>[0]): Promise<string> {
	const error: unknown = await openDatabase(testEnv({ dataDir, ...overrides }), silence).catch(
		(e: unknown) => e
	);
	expect(isStartError(error)).toBe(true);
	return (error as Error).message;
}

describe('the embedded engine', () => {
	test('is refused in production, with the reason and the two ways out', async () => {
		const folder = join(dataDir, 'untouched');
		const message = await refusal({ dataDir: folder, production: true });
		expect(message).toContain('power cut');
		expect(message).toContain('DATABASE_URL');
		expect(message).toContain('ALLOW_EMBEDDED_DB=1');
	});

	test('is opened in production when that is asked for, and says what it does not survive', async () => {
		const { said, kill } = await databaseProcess('hold', {
			DATA_DIR: dataDir,
			NODE_ENV: 'production',
			ALLOW_EMBEDDED_DB: '1'
		});
		expect(said.open).toBe(true);
		expect(said.warnings).toEqual([expect.stringContaining('not a power cut')]);
		await kill();
	}, 60_000);

	test('begins again after a first start that was cut short', async () => {
		mkdirSync(join(dataDir, 'database-beginning'));
		writeFileSync(join(dataDir, 'database-beginning', 'PG_VERSION'), '18');
		const { db, close } = await openDatabase(testEnv({ dataDir }), silence);
		expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
		await close();
	}, 60_000);

	test('never writes over a folder that holds something else', async () => {
		mkdirSync(join(dataDir, 'database'));
		writeFileSync(join(dataDir, 'database', 'photos.zip'), '');
		expect(await refusal({})).toContain('files that are not a database');
	});

	test('a folder that cannot be written is named', async () => {
		const file = join(dataDir, 'a-file');
		writeFileSync(file, '');
		expect(await refusal({ dataDir: file })).toContain(`cannot write in the folder ${file}`);
		expect(await refusal({ dataDir: join(file, 'data') })).toContain('cannot write in the folder');
	});

	test.runIf(process.getuid?.() === 0)('a folder that belongs to somebody else is named', async () => {
		const { said } = await databaseProcess('hold', { DATA_DIR: join(dataDir, 'data') }, { uid: 65534 });
		expect(said).toMatchObject({ open: false, isStartError: true });
		expect(said.message).toContain('cannot write in the folder');
	});
});

describe('PostgreSQL', () => {
	test('that does not answer is named, without its password', async () => {
		const message = await refusal({ databaseUrl: 'postgres://chloe:secret@127.0.0.1:1/passerelle' });
		expect(message).toContain('127.0.0.1:1/passerelle');
		expect(message).toContain('ECONNREFUSED');
		expect(message).not.toContain('secret');
	});

	test('that hangs up is a sentence too', async () => {
		const server = createServer((socket) => socket.destroy());
		await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
		const { port } = server.address() as { port: number };
		expect(await refusal({ databaseUrl: `postgres://127.0.0.1:${port}/passerelle` })).toContain(
			'cannot be used'
		);
		server.close();
	});
});

describe.runIf(engine === 'postgres')('a real PostgreSQL (needs TEST_DATABASE_URL)', () => {
	let place: TestDatabase;
	let databaseUrl: string;
	beforeAll(async () => {
		place = await testDatabase();
		databaseUrl = place.variables.DATABASE_URL!;
	});
	afterAll(() => place.close());

	test('that cuts idle connections is reconnected to, and the loss is logged', async () => {
		const warnings: string[] = [];
		const { db, close } = await openDatabase(testEnv({ databaseUrl }), {
			...silence,
			warn: (message) => warnings.push(message)
		});
		await sql`select pg_terminate_backend(pid) from pg_stat_activity
			where datname = current_database() and pid <> pg_backend_pid()`.execute(place.db);
		while (warnings.length === 0) await pause(10);
		expect(warnings[0]).toContain('idle database connection was lost');
		expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
		await close();
	});

	test('that cuts a connection in the middle of a transaction fails that transaction, and nothing else', async () => {
		const { db, close } = await openDatabase(testEnv({ databaseUrl }), silence);
		const cut = db.transaction().execute(async (trx) => {
			const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
			await sql`select pg_terminate_backend(${rows[0]!.pid})`.execute(place.db);
			// The news arrives while nobody is asking anything.
			await pause(200);
			await sql`select 1`.execute(trx);
		});
		await expect(cut).rejects.toThrow();
		expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
		await close();
	});

	test('never shows more connections than the pool was given', async () => {
		const { db, close } = await openDatabase(testEnv({ databaseUrl, databasePool: 3 }), silence);
		const rows = await Promise.all(
			Array.from({ length: 12 }, async () => {
				const result = await sql<{ pid: number }>`select pg_backend_pid() as pid, pg_sleep(0.02)`.execute(db);
				return result.rows[0]!.pid;
			})
		);
		expect(new Set(rows).size).toBe(3);
		await close();
	});

	test('that is too old is refused with its version', async () => {
		// The only way to meet an old server here: one that says it is.
		const old = await testDatabase({ empty: true });
		const url = old.variables.DATABASE_URL!;
		await sql`create schema old`.execute(old.db);
		await sql`create function old.current_setting(name text) returns text language sql as $$
			select case name when 'server_version_num' then '140011' when 'server_version' then '14.11'
				else pg_catalog.current_setting(name) end $$`.execute(old.db);
		await sql`alter database ${sql.id(new URL(url).pathname.slice(1))} set search_path = old, pg_catalog, public`.execute(
			old.db
		);
		expect(await refusal({ databaseUrl: url })).toBe(
			'Passerelle needs PostgreSQL 15 or newer; DATABASE_URL leads to PostgreSQL 14.11.'
		);
		await old.close();
	});
});
