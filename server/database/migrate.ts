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

async function read(folder: string): Promise<Record<string, Migration>> {
	const migrations: Record<string, Migration> = {};
	for (const file of await readdir(folder)) {
		if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
		const module = (await import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href)) as Migration;
		migrations[file.slice(0, -'.ts'.length)] = { up: module.up };
	}
	return migrations;
}
