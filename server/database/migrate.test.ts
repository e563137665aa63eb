import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import { createCast } from '../../tests/support/cast.ts';
import { engine, type TestDatabase, testDatabase } from '../../tests/support/database.ts';
import { databaseProcess } from '../../tests/support/processes.ts';
import { migrate, migrationsFolder } from './migrate.ts';

const opened: TestDatabase[] = [];
const folders: string[] = [];
afterEach(async () => {
	await Promise.all(opened.splice(0).map((database) => database.close()));
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function open(options: { empty?: boolean; onDisk?: boolean } = {}): Promise<TestDatabase> {
	const database = await testDatabase(options);
	opened.push(database);
	return database;
}

/** Each entry is the body of a migration's up(db). */
function folderOf(bodies: Record<string, string>): string {
	const folder = mkdtempSync(join(tmpdir(), 'passerelle-migrations-'));
	folders.push(folder);
	for (const [name, body] of Object.entries(bodies))
		writeFileSync(join(folder, `${name}.ts`), `export async function up(db) {\n${body}\n}\n`);
	return folder;
}
const run = (statement: string) =>
	`await db.executeQuery({ sql: ${JSON.stringify(statement)}, parameters: [], query: { kind: 'RawNode', sqlFragments: [], parameters: [] } });`;

const known = readdirSync(migrationsFolder)
	.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
	.map((file) => file.slice(0, -'.ts'.length))
	.sort();

test('an empty database gets every migration, in the order of their names', async () => {
	const { db } = await open({ empty: true });
	expect(await migrate(db)).toEqual(known);
	await createCast(db);
});

test('on a database with data, a second run applies nothing and changes nothing', async () => {
	const { db } = await open();
	await createCast(db);
	const before = await db.selectFrom('members').selectAll().orderBy('id').execute();
	expect(await migrate(db)).toEqual([]);
	expect(await migrate(db)).toEqual([]);
	expect(await db.selectFrom('members').selectAll().orderBy('id').execute()).toEqual(before);
});

test('a new migration runs alone on a database with data', async () => {
	const { db } = await open({ empty: true });
	const first = { '1-words': run('create table words (word text)') };
	await migrate(db, folderOf(first));
	await sql`insert into words values ('été')`.execute(db);
	const second = { '2-languages': run("alter table words add language text not null default 'fr'") };
	expect(await migrate(db, folderOf({ ...first, ...second }))).toEqual(['2-languages']);
	expect((await sql`select * from words`.execute(db)).rows).toEqual([{ word: 'été', language: 'fr' }]);
});

test('a migration that fails is named, and nothing of that run stays', async () => {
	const { db } = await open({ empty: true });
	const folder = folderOf({
		'1-words': run('create table words (word text)'),
		'2-broken': run('create tabel')
	});
	await expect(migrate(db, folder)).rejects.toMatchObject({
		isStartError: true,
		message: expect.stringMatching(/migration 2-broken failed.*syntax error/s)
	});
	await expect(sql`select * from words`.execute(db)).rejects.toMatchObject({ code: '42P01' });
	// The way is free for the corrected version.
	expect(await migrate(db, folderOf({ '1-words': run('create table words (word text)') }))).toEqual([
		'1-words'
	]);
});

test('a database from a newer version is left alone, with a sentence', async () => {
	const { db } = await open({ empty: true });
	const first = { '1-words': run('create table words (word text)') };
	await migrate(db, folderOf({ ...first, '2-newer': run('create table newer (id integer)') }));
	await expect(migrate(db, folderOf(first))).rejects.toThrow(/another version of Passerelle.*2-newer/);
});

test('a migration may take longer than a query may', async () => {
	const { db } = await open({ empty: true });
	await migrate(
		db,
		folderOf({ '1-seen': run("create table seen as select current_setting('statement_timeout') as it") })
	);
	expect((await sql`select it from seen`.execute(db)).rows).toEqual([{ it: '0' }]);
	if (engine === 'postgres')
		expect((await sql`select current_setting('statement_timeout') as it`.execute(db)).rows).toEqual([
			{ it: '30s' }
		]);
});

test.runIf(engine === 'postgres')(
	'of three processes that start together, one migrates (needs TEST_DATABASE_URL)',
	async () => {
		const { variables } = await open({ empty: true });
		const processes = await Promise.all(
			Array.from({ length: 3 }, () => databaseProcess('migrate', variables))
		);
		expect(processes.map(({ said }) => said.open)).toEqual([true, true, true]);
		expect(processes.flatMap(({ said }) => said.applied ?? [])).toEqual(known);
	},
	60_000
);

test('a process finds its data again after release, another process and reopen', async () => {
	const place = await open({ onDisk: true });
	await createCast(place.db);
	await place.release();
	const other = await databaseProcess('hold', place.variables);
	expect(other.said).toMatchObject({ open: true });
	await other.kill('SIGKILL');
	const db = await place.reopen();
	expect((await db.selectFrom('members').select('name').execute()).length).toBe(5);
}, 60_000);
