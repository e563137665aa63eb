/** Opens the one database of the process: PostgreSQL when its address is given, else the embedded engine. */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely';
import { Pool, types, type PoolClient } from 'pg';
import type { Env } from '../env.ts';
import { openEngine } from './embedded.ts';
import { lockFolder } from './folder-lock.ts';
import { StartError } from './start-error.ts';
import type { Database } from './tables.ts';

export interface OpenDatabase {
	db: Kysely<Database>;
	kind: 'postgres' | 'embedded';
	close(): Promise<void>;
}

type Settings = Pick<
	Env,
	'databaseUrl' | 'databasePool' | 'dataDir' | 'production' | 'allowEmbeddedDatabase'
>;
interface Log {
	info(message: string): void;
	warn(message: string): void;
}

const oldestPostgres = 15;
const connect_ms = 10_000;
const statement_ms = 30_000;

/** @throws StartError with a sentence for whoever starts Passerelle */
export async function openDatabase(env: Settings, log: Log): Promise<OpenDatabase> {
	return env.databaseUrl === null
		? openEmbedded(env, log)
		: openPostgres(env.databaseUrl, env.databasePool, log);
}

async function openPostgres(url: string, max: number, log: Log): Promise<OpenDatabase> {
	const pool = new Pool({
		connectionString: url,
		max,
		application_name: 'passerelle',
		connectionTimeoutMillis: connect_ms,
		statement_timeout: statement_ms,
		// A transaction left open by a lost caller would hold its locks for ever.
		idle_in_transaction_session_timeout: 2 * statement_ms,
		keepAlive: true,
		options: '-c timezone=UTC',
		types: { getTypeParser: parserOf as typeof types.getTypeParser }
	});
	// Without these listeners a connection cut by the server would end the process: the pool's hears of the idle ones,
	// the client's of one that is lent, between two queries of a transaction, whose next query then fails.
	pool.on('error', (error) => log.warn(`an idle database connection was lost: ${error.message}`));
	pool.on('connect', (client) => {
		client.on('error', () => {});
		prepareOnce(client);
	});
	const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
	try {
		await refuseOldPostgres(db);
	} catch (error) {
		await db.destroy();
		throw error instanceof StartError ? error : unreachable(url, error);
	}
	return { db, kind: 'postgres', close: () => db.destroy() };
}

/**
 * A statement that begins with `/* prepared: name *\/` is planned once per connection: planning the one that commits live
 * updates takes as long as running it. Kysely has no word for this.
 */
function prepareOnce(client: PoolClient): void {
	const query = client.query.bind(client) as (...args: unknown[]) => unknown;
	client.query = ((text: unknown, values: unknown, ...rest: unknown[]) => {
		const name = typeof text === 'string' ? /^\s*\/\* prepared: (\w+) \*\//.exec(text)?.[1] : undefined;
		return name ? query({ name, text, values }, ...rest) : query(text, values, ...rest);
	}) as typeof client.query;
}

/** The same values as the parsers given to PGlite in embedded-worker.ts. */
function parserOf(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
	if (format !== 'binary') {
		if (oid === types.builtins.INT8) return Number;
		// pg would make it midnight in the time zone of the process.
		if (oid === types.builtins.DATE) return String;
	}
	return types.getTypeParser(oid, format as 'text');
}

async function refuseOldPostgres(db: Kysely<Database>): Promise<void> {
	const { rows } = await sql<{ version: number; shown: string; encoding: string }>`
		select current_setting('server_version_num')::integer as version, current_setting('server_version') as shown,
			current_setting('server_encoding') as encoding`.execute(db);
	const { version, shown, encoding } = rows[0]!;
	if (version < oldestPostgres * 10_000)
		throw new StartError(
			`Passerelle needs PostgreSQL ${oldestPostgres} or newer; DATABASE_URL leads to PostgreSQL ${shown}.`
		);
	if (encoding !== 'UTF8')
		throw new StartError(
			`The database of DATABASE_URL is encoded in ${encoding}; Passerelle needs UTF8 (createdb --encoding=UTF8 --template=template0).`
		);
}

function unreachable(url: string, error: unknown): StartError {
	const { message, code, errors } = error as NodeJS.ErrnoException & { errors?: Error[] };
	// Node tries every address of a name and then speaks of an AggregateError with an empty message.
	const reason = message || errors?.[0]?.message || code || String(error);
	return new StartError(
		`PostgreSQL cannot be used at ${withoutPassword(url)}: ${reason}\n` +
			'Check DATABASE_URL, and that the server runs; without DATABASE_URL the embedded database is used.',
		{ cause: error }
	);
}

function withoutPassword(url: string): string {
	try {
		const { host, pathname } = new URL(url);
		return `${host}${pathname}`;
	} catch {
		return 'the address in DATABASE_URL';
	}
}

async function openEmbedded(env: Settings, log: Log): Promise<OpenDatabase> {
	if (env.production && !env.allowEmbeddedDatabase)
		throw new StartError(
			'The embedded database is for trying Passerelle out: a power cut or a crash of the machine can lose or damage its data. ' +
				'Set DATABASE_URL to a PostgreSQL database, or set ALLOW_EMBEDDED_DB=1 to use it in production all the same.'
		);
	prepareFolder(env.dataDir);
	const unlock = await lockFolder(env.dataDir);
	try {
		const engine = await openEngine({ folder: join(env.dataDir, 'database') }, (error) =>
			log.warn(error.message)
		);
		log.warn(
			`embedded database in ${join(env.dataDir, 'database')}: it survives a killed process but not a power cut; ` +
				'set DATABASE_URL to use PostgreSQL'
		);
		const db = new Kysely<Database>({ dialect: new PGliteDialect({ pglite: engine }) });
		const close = async () => {
			await db.destroy();
			// Kysely closes only an engine it has used.
			await engine.close();
			unlock();
		};
		return { db, kind: 'embedded', close };
	} catch (error) {
		unlock();
		throw new StartError(
			`The embedded database in ${join(env.dataDir, 'database')} cannot be opened: ${(error as Error).message}`,
			{ cause: error }
		);
	}
}

function prepareFolder(folder: string): void {
	try {
		mkdirSync(folder, { recursive: true, mode: 0o700 });
		accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
	} catch (error) {
		throw new StartError(
			`Passerelle cannot write in the folder ${folder} (${(error as NodeJS.ErrnoException).code}). ` +
				'Make it writable, or set DATA_DIR to another folder.',
			{ cause: error }
		);
	}
}
