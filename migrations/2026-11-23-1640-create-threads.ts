import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create table threads (
			id uuid primary key default gen_random_uuid(),
			case_id uuid references cases on delete cascade,
			title text not null check (length(title) between 3 and 200),
			visibility text not null check (visibility in ('public', 'members', 'case')),
			author_id uuid references members on delete set null,
			organisation_id uuid references organisations,
			-- The number of the newest post. Taken under the row lock, so numbers have no gap and commit in order.
			last_number integer not null default 0,
			is_demo boolean not null default false,
			created_at timestamptz not null default now(),
			bumped_at timestamptz not null default now(),
			check ((visibility = 'case') = (case_id is not null))
		)`.execute(db);
	await sql`create unique index threads_case on threads (case_id) where case_id is not null`.execute(db);
	await sql`create index threads_list on threads (bumped_at desc, id desc) where case_id is null`.execute(db);

	await sql`
		create table posts (
			id uuid primary key default gen_random_uuid(),
			thread_id uuid not null references threads on delete cascade,
			number integer not null check (number >= 1),
			author_id uuid references members on delete set null,
			organisation_id uuid references organisations,
			body text not null check (length(body) between 1 and 20000),
			-- Sent by the browser with the form: the same key twice is the same post.
			client_key uuid not null,
			is_demo boolean not null default false,
			created_at timestamptz not null default now(),
			unique (thread_id, number),
			unique (author_id, client_key)
		)`.execute(db);
}
