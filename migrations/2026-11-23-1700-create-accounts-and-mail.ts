import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	// When somebody who holds the address last proved it.
	await sql`alter table members add column email_verified_at timestamptz`.execute(db);

	// The browser in a few words, for its owner to recognise it; due: the password was right, the code is awaited.
	await sql`
		alter table sessions
			add column device text check (length(device) <= 80),
			add column second_factor_due boolean not null default false`.execute(db);

	await sql`
		create table second_factors (
			member_id uuid primary key references members on delete cascade,
			secret bytea not null,
			-- The newest 30-second step a code was accepted for: a code seen over a shoulder is already used.
			last_step integer,
			created_at timestamptz not null default now(),
			confirmed_at timestamptz
		)`.execute(db);
	await sql`
		create table recovery_codes (
			id uuid primary key default gen_random_uuid(),
			member_id uuid not null references members on delete cascade,
			code_hash bytea not null,
			created_at timestamptz not null default now(),
			used_at timestamptz,
			unique (member_id, code_hash)
		)`.execute(db);

	await sql`
		create table invitations (
			id uuid primary key default gen_random_uuid(),
			email text not null check (email = lower(email) and length(email) <= 254),
			organisation_id uuid not null references organisations on delete cascade,
			role text not null check (role in ('member', 'contributor', 'referent')),
			locale text not null check (locale in ('fr', 'en', 'es')),
			invited_by uuid references members on delete set null,
			is_demo boolean not null default false,
			invited_at timestamptz not null default now(),
			expires_at timestamptz not null,
			accepted_at timestamptz,
			accepted_by uuid references members on delete set null,
			withdrawn_at timestamptz,
			check (accepted_at is null or withdrawn_at is null)
		)`.execute(db);
	await sql`create unique index invitations_open on invitations (organisation_id, email)
		where accepted_at is null and withdrawn_at is null`.execute(db);

	// What a mail carries to prove that it was received. Only the SHA-256 of the secret is here.
	await sql`
		create table one_time_tokens (
			id text primary key,
			purpose text not null check (purpose in
				('invitation', 'password_reset', 'email_verification', 'email_change', 'sign_in')),
			secret_hash bytea not null,
			member_id uuid references members on delete cascade,
			invitation_id uuid references invitations on delete cascade,
			-- The address it was sent to, which it proves.
			email text not null check (length(email) <= 254),
			created_at timestamptz not null default now(),
			expires_at timestamptz not null,
			used_at timestamptz,
			check ((purpose = 'invitation') = (invitation_id is not null)),
			check ((purpose = 'invitation') = (member_id is null))
		)`.execute(db);
	await sql`create index one_time_tokens_member on one_time_tokens (member_id)`.execute(db);
	await sql`create index one_time_tokens_invitation on one_time_tokens (invitation_id)`.execute(db);

	// What is to be done after a commit, written in its transaction.
	await sql`
		create table outbox (
			id bigint generated always as identity primary key,
			kind text not null,
			-- Emptied once the job is done: no address stays behind.
			payload jsonb not null default '{}',
			-- Two jobs that are the same thing have the same key, and only the first is kept.
			dedupe_key text not null unique check (length(dedupe_key) <= 200),
			is_demo boolean not null default false,
			attempts integer not null default 0,
			created_at timestamptz not null default now(),
			-- Not before; while a worker is at it, the moment another may take it over.
			run_after timestamptz not null default now(),
			last_error text,
			sent_at timestamptz,
			-- A mail that is shown instead of being sent, and its words.
			kept_at timestamptz,
			kept jsonb,
			-- Given up: a dead letter, until somebody asks for another try.
			failed_at timestamptz,
			check (num_nonnulls(sent_at, kept_at, failed_at) <= 1)
		)`.execute(db);
	await sql`create index outbox_due on outbox (run_after)
		where sent_at is null and kept_at is null and failed_at is null`.execute(db);
}
