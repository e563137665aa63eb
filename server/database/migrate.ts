import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { StartError } from './start-error.ts';
import type { Database } from './tables.ts';

export const migrationsFolder = join(import.meta.dirname, '../../migrations');

/**
 * Applies what is missing, all or nothing, forward only. Several processes may call it at once: one applies, the others wait.
 * @returns the names of the migrations applied by this call
 * @throws StartError naming the migration that failed
 */
export async function migrate(db: Kysely<Database>, folder = migrationsFolder): Promise<string[]> {
	const { error, results = [] } = await db.connection().execute(async (connection) => {
		// Building an index, or waiting for the process that builds it, may take longer than any query should.
		await sql`set statement_timeout = 0`.execute(connection);
		try {
			const migrator = new Migrator({ db: connection, provider: { getMigrations: () => read(folder) } });
			return await migrator.migrateToLatest();
		} finally {
			await sql`reset statement_timeout`.execute(connection).catch(() => {});
		}
	});
	if (!error) return results.map((result) => result.migrationName);

	const failed = results.find((result) => result.status === 'Error')?.migrationName;
	const reason = error instanceof Error ? error.message : String(error);
	if (failed)
		throw new StartError(`The migration ${failed} failed, and nothing was changed: ${reason}`, {
			cause: error
		});
	if (reason.startsWith('corrupted migrations'))
		throw new StartError(`This database was migrated by another version of Passerelle: ${reason}`, {
			cause: error
		});
	throw new StartError(`The database could not be migrated: ${reason}`, { cause: error });
}

/** The newest that was applied, null when none was; and those that this version has and the database has not. */
export async function standing(
	db: Kysely<Database>,
	folder = migrationsFolder
): Promise<{ last: string | null; pending: string[] }> {
	const { rows } = await sql<{ isThere: boolean }>`
		select to_regclass('kysely_migration') is not null as "isThere"`.execute(db);
	const applied = rows[0]!.isThere
		? (await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)).rows
		: [];
	const known = new Set(applied.map(({ name }) => name));
	const pending = (await namesIn(folder)).filter((name) => !known.has(name));
	return { last: applied.at(-1)?.name ?? null, pending };
}

async function namesIn(folder: string): Promise<string[]> {
	const files = await readdir(folder);
	return files
		.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
		.map((file) => file.slice(0, -'.ts'.length))
		.sort();
}

async function read(folder: string): Promise<Record<string, Migration>> {
	const migrations: Record<string, Migration> = {};
	for (const name of await namesIn(folder)) {
		const file = pathToFileURL(join(folder, `${name}.ts`)).href;
		migrations[name] = { up: ((await import(/* @vite-ignore */ file)) as Migration).up };
	}
	return migrations;
}
