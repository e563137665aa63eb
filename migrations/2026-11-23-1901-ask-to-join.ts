import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	// A membership ends or is suspended by somebody, for a reason. The latest voice_at is the one they speak for.
	await sql`
		alter table memberships
			add column voice_at timestamptz,
			add column suspended_at timestamptz,
			add column ended_by uuid references members on delete set null,
			add column end_reason text check (length(end_reason) <= 2000)`.execute(db);

	// For the cases of one theme, or for all.
	await sql`
		alter table appointments
			add column theme_slug text references themes on delete cascade,
			add column given_by uuid references members on delete set null,
			add column ended_by uuid references members on delete set null,
			add column end_reason text check (length(end_reason) <= 2000)`.execute(db);
	await sql`drop index appointments_active`.execute(db);
	await sql`create unique index appointments_active on appointments (member_id, role, coalesce(theme_slug, ''))
		where ended_at is null`.execute(db);

	// Of the whole account, or of what it may do for one organisation.
	await sql`
		create table suspensions (
			id uuid primary key default gen_random_uuid(),
			member_id uuid not null references members on delete cascade,
			organisation_id uuid references organisations on delete cascade,
			reason text not null check (length(trim(reason)) between 1 and 2000),
			suspended_by uuid references members on delete set null,
			suspended_at timestamptz not null default now(),
			lifted_by uuid references members on delete set null,
			lifted_at timestamptz,
			lift_reason text check (length(lift_reason) <= 2000),
			is_demo boolean not null default false
		)`.execute(db);
	await sql`create unique index suspensions_open on suspensions (member_id, coalesce(organisation_id, member_id))
		where lifted_at is null`.execute(db);

	// Somebody asks to speak for an organisation: a member, or a person who proved an address and has no account before
	// the answer. What identifies them goes once they are answered.
	await sql`
		create table join_requests (
			id uuid primary key default gen_random_uuid(),
			organisation_id uuid not null references organisations on delete cascade,
			role text not null check (role in ('member', 'contributor', 'referent')),
			member_id uuid references members on delete cascade,
			email text check (email = lower(email) and length(email) <= 254),
			name text check (length(name) between 1 and 120),
			password_hash text,
			locale text not null default 'fr' check (locale in ('fr', 'en', 'es')),
			message text not null default '' check (length(message) <= 1000),
			opened_at timestamptz not null default now(),
			decision text check (decision in ('approved', 'refused', 'withdrawn')),
			reason text check (length(reason) <= 2000),
			decided_by uuid references members on delete set null,
			decided_at timestamptz,
			is_demo boolean not null default false,
			check ((decision is null) = (decided_at is null)),
			check (decision is not null or num_nonnulls(member_id, email) = 1),
			check (email is null or num_nonnulls(name, password_hash) = 2)
		)`.execute(db);
	await sql`create unique index join_requests_member on join_requests (organisation_id, member_id)
		where decided_at is null and member_id is not null`.execute(db);
	// Without an account one asks one organisation at a time.
	await sql`create unique index join_requests_email on join_requests (email)
		where decided_at is null and email is not null`.execute(db);
	await sql`create index join_requests_open on join_requests (opened_at, id) where decided_at is null`.execute(
		db
	);

	// An address is proved before there is anybody to whom it belongs.
	await sql`alter table one_time_tokens
		drop constraint one_time_tokens_purpose_check,
		drop constraint one_time_tokens_check1,
		add constraint one_time_tokens_purpose_check check (purpose in
			('invitation', 'password_reset', 'email_verification', 'email_change', 'sign_in', 'sign_up')),
		add constraint one_time_tokens_member_check check ((purpose in ('invitation', 'sign_up')) = (member_id is null))`.execute(
		db
	);
}
