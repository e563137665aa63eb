import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`create extension if not exists pg_trgm`.execute(db);

	await sql`
		create table organisations (
			id uuid primary key default gen_random_uuid(),
			kind text not null check (kind in (
				'region', 'department', 'intercommunality', 'commune', 'special',
				'association', 'state', 'agency', 'company', 'foreign_authority', 'other')),
			code text,
			name text not null collate "und-x-icu" check (length(name) between 1 and 200),
			siren text,
			department_code text,
			department_name text,
			region_name text,
			population integer,
			search_text text not null,
			is_demo boolean not null default false,
			created_at timestamptz not null default now()
		)`.execute(db);
	await sql`create unique index organisations_code on organisations (kind, code) where code is not null`.execute(
		db
	);
	await sql`create index organisations_search on organisations using gin (search_text gin_trgm_ops)`.execute(
		db
	);

	await sql`
		create table members (
			id uuid primary key default gen_random_uuid(),
			email text not null unique check (email = lower(email) and length(email) <= 254),
			name text not null collate "und-x-icu" check (length(name) between 1 and 120),
			password_hash text not null,
			locale text not null default 'fr' check (locale in ('fr', 'en', 'es')),
			is_demo boolean not null default false,
			created_at timestamptz not null default now(),
			suspended_at timestamptz
		)`.execute(db);

	// Who a member speaks for. A membership ends; it is never deleted.
	await sql`
		create table memberships (
			id uuid primary key default gen_random_uuid(),
			member_id uuid not null references members on delete cascade,
			organisation_id uuid not null references organisations,
			role text not null check (role in ('member', 'contributor', 'referent')),
			is_demo boolean not null default false,
			started_at timestamptz not null default now(),
			ended_at timestamptz
		)`.execute(db);
	await sql`create unique index memberships_active on memberships (member_id, organisation_id) where ended_at is null`.execute(
		db
	);
	await sql`create index memberships_organisation on memberships (organisation_id) where ended_at is null`.execute(
		db
	);

	// Roles on the platform itself, held whatever the organisation.
	await sql`
		create table appointments (
			id uuid primary key default gen_random_uuid(),
			member_id uuid not null references members on delete cascade,
			role text not null check (role in ('moderator', 'lead', 'admin')),
			is_demo boolean not null default false,
			started_at timestamptz not null default now(),
			ended_at timestamptz
		)`.execute(db);
	await sql`create unique index appointments_active on appointments (member_id, role) where ended_at is null`.execute(
		db
	);

	await sql`
		create table sessions (
			id text primary key,
			secret_hash bytea not null,
			member_id uuid not null references members on delete cascade,
			created_at timestamptz not null default now(),
			verified_at timestamptz not null default now()
		)`.execute(db);
	await sql`create index sessions_member on sessions (member_id)`.execute(db);

	// The shape rate-limiter-flexible expects.
	await sql`
		create table rate_limits (
			key varchar(255) primary key,
			points integer not null default 0,
			expire bigint
		)`.execute(db);

	await sql`create table counters (key text primary key, value integer not null)`.execute(db);

	// What happened, written in the transaction of what changed.
	await sql`
		create table events (
			id bigint generated always as identity primary key,
			name text not null,
			actor_id uuid references members on delete set null,
			data jsonb not null default '{}',
			is_demo boolean not null default false,
			happened_at timestamptz not null default now()
		)`.execute(db);
}
