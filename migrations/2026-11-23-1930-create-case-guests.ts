import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	// Somebody asked to write in some parts of a case, whatever they belong to. Without an account yet, an address.
	await sql`
		create table case_guests (
			id uuid primary key default gen_random_uuid(),
			case_id uuid not null references cases on delete cascade,
			email text not null check (email = lower(email)),
			member_id uuid references members on delete cascade,
			parts text[] not null check (cardinality(parts) between 1 and 50),
			invited_by uuid references members on delete set null,
			invited_at timestamptz not null default now(),
			ended_by uuid references members on delete set null,
			ended_at timestamptz
		)`.execute(db);
	await sql`create unique index case_guests_open on case_guests (case_id, email) where ended_at is null`.execute(
		db
	);
	await sql`create index case_guests_member on case_guests (member_id) where ended_at is null`.execute(db);
	await sql`create index case_guests_email on case_guests (email) where ended_at is null`.execute(db);
}
