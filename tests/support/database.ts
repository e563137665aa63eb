/** A fresh, migrated, empty database for one test file, on the engine the suite runs on. */
import { createHash, randomBytes } from 'node:crypto';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, PGliteDialect } from 'kysely';
import { Client } from 'pg';
import { openDatabase } from '../../server/database/connection.ts';
import { openEngine } from '../../server/database/embedded.ts';
import { migrate, migrationsFolder } from '../../server/database/migrate.ts';
import type { Database } from '../../server/database/tables.ts';
import { readEnv, type Env } from '../../server/env.ts';

const serverUrl = process.env.TEST_DATABASE_URL || null;

export const engine: 'embedded' | 'postgres' = serverUrl ? 'postgres' : 'embedded';

type Dump = Uint8Array<ArrayBuffer>;

export interface TestDatabase {
	db: Kysely<Database>;
	/** What another process needs to open this same database, as environment variables. */
	variables: { DATABASE_URL?: string; DATA_DIR?: string };
	/** Another client of the same database: its own connections on PostgreSQL; the only session there is when embedded. */
	connect(): Promise<Kysely<Database>>;
	/** Lets go of the database, `db` included, so that a process may own it. Needs `onDisk` when embedded. */
	release(): Promise<void>;
	/** Opens it again once that process is gone; the new `db`. */
	reopen(): Promise<Kysely<Database>>;
	/** Closes everything and drops the database. */
	close(): Promise<void>;
}

/**
 * @param empty without the migrations
 * @param onDisk embedded: in a folder which a spawned process can own, rather than in memory.
 *   The way of a fault test: `const place = await testDatabase({ onDisk: true })`, write, `await place.release()`,
 *   spawn with `{ ...process.env, ...place.variables }`, kill, `const db = await place.reopen()`, look.
 * @param server another PostgreSQL than the one the suite runs on
 */
export async function testDatabase({
	onDisk = false,
	empty = false,
	server = serverUrl
}: { onDisk?: boolean; empty?: boolean; server?: string | null } = {}): Promise<TestDatabase> {
	if (server) return onPostgres(server, empty);
	const dump = await cachedDump(empty);
	return onDisk ? onEmbeddedFolder(dump) : inMemory(dump);
}

/** Settings as if nothing were set in the environment, but for `overrides`. */
export function testEnv(overrides: Partial<Env> = {}): Env {
	return {
		...readEnv(
			{},
			{ NODE_ENV: 'test', LOG_LEVEL: 'silent', DEMO: '0', PORT: '0', REQUIRE_SECOND_FACTOR: '0' }
		),
		...overrides
	};
}

export const silence = { info: () => {}, warn: () => {} };

async function inMemory(dump: Dump): Promise<TestDatabase> {
	const memory = await openEngine({ folder: null, dump });
	const db = new Kysely<Database>({ dialect: new PGliteDialect({ pglite: memory }) });
	const refuse = () =>
		Promise.reject(new Error('testDatabase({ onDisk: true }) for another process to open it'));
	return {
		db,
		variables: {},
		connect: async () => db,
		release: refuse,
		reopen: refuse,
		close: async () => {
			await db.destroy();
			await memory.close();
		}
	};
}

async function onEmbeddedFolder(dump: Dump): Promise<TestDatabase> {
	const dataDir = mkdtempSync(join(tmpdir(), 'passerelle-test-'));
	const first = await openEngine({ folder: join(dataDir, 'database'), dump });
	await first.close();
	const open = () => openDatabase(testEnv({ dataDir }), silence);
	return reopenable({ DATA_DIR: dataDir }, open, async () =>
		rmSync(dataDir, { recursive: true, force: true })
	);
}

async function onPostgres(server: string, empty: boolean): Promise<TestDatabase> {
	const template = `passerelle_template_${migrationsHash()}`;
	const name = `passerelle_test_${randomBytes(8).toString('hex')}`;
	await asAdmin(server, async (admin) => {
		if (!empty) await buildTemplate(admin, server, template);
		await admin.query(`create database ${name} encoding 'UTF8' template ${empty ? 'template0' : template}`);
	});
	const url = urlOf(server, name);
	return reopenable(
		{ DATABASE_URL: url },
		() => openDatabase(testEnv({ databaseUrl: url }), silence),
		() =>
			asAdmin(
				server,
				async (admin) => void (await admin.query(`drop database if exists ${name} with (force)`))
			)
	);
}

async function reopenable(
	variables: TestDatabase['variables'],
	open: () => ReturnType<typeof openDatabase>,
	remove: () => Promise<void>
): Promise<TestDatabase> {
	let current = await open();
	const others: Awaited<ReturnType<typeof open>>[] = [];
	const release = async () => {
		await Promise.all([current.close(), ...others.splice(0).map((other) => other.close())]);
	};
	return {
		db: current.db,
		variables,
		connect: async () => {
			if (current.kind === 'embedded') return current.db;
			const other = await open();
			others.push(other);
			return other.db;
		},
		release,
		reopen: async () => {
			current = await open();
			return current.db;
		},
		close: async () => {
			await release();
			await remove();
		}
	};
}

async function buildTemplate(admin: Client, server: string, template: string): Promise<void> {
	// Workers start together: the first builds, the others wait.
	await admin.query(`select pg_advisory_lock(hashtext($1))`, [template]);
	try {
		const { rowCount } = await admin.query(`select from pg_database where datname = $1`, [template]);
		if (rowCount) return;
		const draft = `${template}_draft`;
		await admin.query(`drop database if exists ${draft} with (force)`);
		await admin.query(`create database ${draft} template template0 encoding 'UTF8'`);
		const database = await openDatabase(testEnv({ databaseUrl: urlOf(server, draft) }), silence);
		try {
			await migrate(database.db);
		} finally {
			await database.close();
		}
		await admin.query(`alter database ${draft} rename to ${template}`);
	} finally {
		await admin.query(`select pg_advisory_unlock(hashtext($1))`, [template]);
	}
}

async function asAdmin(server: string, work: (admin: Client) => Promise<void>): Promise<void> {
	const admin = new Client({ connectionString: server });
	await admin.connect();
	try {
		await work(admin);
	} finally {
		await admin.end();
	}
}

function urlOf(server: string, database: string): string {
	const url = new URL(server);
	url.pathname = `/${database}`;
	return url.href;
}

/** A new embedded database takes seconds to create and migrate; a copy of one takes a third of a second. */
async function cachedDump(empty: boolean): Promise<Dump> {
	const folder = join(tmpdir(), `passerelle-tests-${process.getuid?.() ?? 'user'}`);
	const file = join(folder, `${migrationsHash()}${empty ? '-empty' : ''}.tar`);
	if (existsSync(file)) return new Uint8Array(readFileSync(file));

	const fresh = await openEngine({ folder: null });
	const db = new Kysely<Database>({ dialect: new PGliteDialect({ pglite: fresh }) });
	if (!empty) await migrate(db);
	const dump = await fresh.dump();
	await fresh.close();
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	// Renamed once whole: the other worker may be writing the same one.
	const draft = `${file}.${randomBytes(4).toString('hex')}`;
	writeFileSync(draft, dump);
	renameSync(draft, file);
	forgetOldDumps(folder);
	return dump;
}

/** Forty megabytes each, one for every change of a migration. */
function forgetOldDumps(folder: string): void {
	const week_ms = 7 * 24 * 3600 * 1000;
	for (const name of readdirSync(folder)) {
		const modified = statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs;
		if (modified !== undefined && Date.now() - modified > week_ms)
			rmSync(join(folder, name), { force: true });
	}
}

/** Of the migrations, and of the engine's version, which a dump depends on. */
function migrationsHash(): string {
	const hash = createHash('sha256').update(
		readFileSync(join(migrationsFolder, '../node_modules/@electric-sql/pglite/package.json'))
	);
	for (const file of readdirSync(migrationsFolder).sort())
		if (file.endsWith('.ts')) hash.update(file).update(readFileSync(join(migrationsFolder, file)));
	return hash.digest('hex').slice(0, 16);
}
