import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	// A text made anew is another document: what browsers hold of the old one can never be merged into it.
	await sql`
		alter table live_documents
			add column replaced_by uuid unique references live_documents on delete cascade,
			add column replaced_at timestamptz,
			add check ((replaced_by is null) = (replaced_at is null)),
			add check (replaced_by <> id)`.execute(db);
}
