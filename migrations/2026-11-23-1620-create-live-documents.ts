import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	// The state of a live document is its snapshot merged with every row of live_updates, in any order.
	await sql`
		create table live_documents (
			id uuid primary key default gen_random_uuid(),
			kind text not null check (kind in ('case', 'bench')),
			snapshot bytea,
			compacted_at timestamptz,
			frozen_at timestamptz,
			is_demo boolean not null default false,
			created_at timestamptz not null default now()
		)`.execute(db);
	await sql`
		create table live_updates (
			document_id uuid not null references live_documents on delete cascade,
			seq bigint generated always as identity,
			member_id uuid references members on delete set null,
			data bytea not null,
			created_at timestamptz not null default now(),
			primary key (document_id, seq)
		)`.execute(db);
	// Rows folded into the snapshot: who wrote what, and the way back from a compactor's mistake.
	await sql`
		create table live_update_archive (
			document_id uuid not null references live_documents on delete cascade,
			seq bigint not null,
			member_id uuid references members on delete set null,
			data bytea not null,
			created_at timestamptz not null,
			primary key (document_id, seq)
		)`.execute(db);
	// A Yjs client id belongs to the first member who writes with it.
	await sql`
		create table live_clients (
			document_id uuid not null references live_documents on delete cascade,
			client_id bigint not null,
			member_id uuid not null references members on delete cascade,
			primary key (document_id, client_id)
		)`.execute(db);
}
