import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	// The newest shape of texts that somebody wrote there with: pages built before it are told to reload.
	await sql`alter table live_documents add column schema_version integer not null default 1`.execute(db);
}
