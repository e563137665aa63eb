import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	// A state is a whole Yjs update: it reads alone, whatever becomes of the log.
	await sql`
		create table live_versions (
			id uuid primary key default gen_random_uuid(),
			document_id uuid not null references live_documents on delete cascade,
			kind text not null check (kind in ('automatic', 'named', 'submitted', 'published', 'before_restore')),
			-- The name somebody gave, the round that was submitted, the number that was published.
			label text check (length(label) between 1 and 120),
			state bytea not null,
			text_hash text not null check (text_hash ~ '^[0-9a-f]{64}$'),
			created_by uuid references members on delete set null,
			created_at timestamptz not null default now(),
			-- Since then rows of the archive that this state holds are gone: history begins with it.
			base_at timestamptz,
			check (kind <> 'named' or label is not null)
		)`.execute(db);
	await sql`create index live_versions_document on live_versions (document_id, created_at desc)`.execute(db);
}
