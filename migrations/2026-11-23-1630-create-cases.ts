import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create table cases (
			id uuid primary key default gen_random_uuid(),
			reference text not null unique check (reference ~ '^[A-Z]{2,5}-[0-9]{4}-[0-9]{4,}$'),
			document_id uuid not null unique references live_documents,
			state text not null default 'draft' check (state in (
				'draft', 'co_writing', 'submitted', 'in_review', 'changes_requested', 'published', 'in_revision')),
			language text not null default 'fr' check (language in ('fr', 'en', 'es')),
			-- Projections of the live document for lists, refreshed after its commits; never the truth.
			title text not null default '',
			summary text not null default '',
			created_by uuid references members on delete set null,
			client_key uuid not null,
			is_demo boolean not null default false,
			created_at timestamptz not null default now(),
			updated_at timestamptz not null default now(),
			unique (created_by, client_key)
		)`.execute(db);
	await sql`create index cases_state on cases (state, updated_at desc, id desc)`.execute(db);

	await sql`
		create table case_organisations (
			case_id uuid not null references cases on delete cascade,
			organisation_id uuid not null references organisations,
			role text not null check (role in ('pilot', 'partner')),
			added_by uuid references members on delete set null,
			added_at timestamptz not null default now(),
			primary key (case_id, organisation_id)
		)`.execute(db);
	await sql`create index case_organisations_organisation on case_organisations (organisation_id)`.execute(db);

	await sql`
		create table case_transitions (
			id bigint generated always as identity primary key,
			case_id uuid not null references cases on delete cascade,
			from_state text,
			to_state text not null,
			actor_id uuid references members on delete set null,
			reason text,
			happened_at timestamptz not null default now()
		)`.execute(db);
	await sql`create index case_transitions_case on case_transitions (case_id, id)`.execute(db);

	// The candidate: exactly what was submitted. content is canonical JSON, hash its SHA-256.
	await sql`
		create table submissions (
			id uuid primary key default gen_random_uuid(),
			case_id uuid not null references cases on delete cascade,
			round integer not null,
			content text not null,
			hash text not null check (hash ~ '^[0-9a-f]{64}$'),
			submitted_by uuid references members on delete set null,
			organisation_id uuid references organisations,
			submitted_at timestamptz not null default now(),
			withdrawn_at timestamptz,
			unique (case_id, round)
		)`.execute(db);

	await sql`
		create table reviews (
			id uuid primary key default gen_random_uuid(),
			submission_id uuid not null unique references submissions on delete cascade,
			reviewer_id uuid references members on delete set null,
			started_at timestamptz not null default now(),
			decision text check (decision in ('changes_requested', 'published')),
			reason text,
			decided_at timestamptz,
			check ((decision is null) = (decided_at is null)),
			check (decision <> 'changes_requested' or length(trim(reason)) > 0)
		)`.execute(db);

	await sql`
		create table case_versions (
			id uuid primary key default gen_random_uuid(),
			case_id uuid not null references cases on delete cascade,
			number integer not null check (number >= 1),
			submission_id uuid not null references submissions,
			hash text not null check (hash ~ '^[0-9a-f]{64}$'),
			title text not null,
			summary text not null,
			content text not null,
			html text not null,
			plain_text text not null,
			-- Copies for filtering and searching the list: content's modality, and its words without accents.
			modality text,
			search_text text not null,
			language text not null,
			organisations jsonb not null,
			published_by_name text not null,
			is_demo boolean not null default false,
			published_at timestamptz not null default now(),
			unique (case_id, number)
		)`.execute(db);
	await sql`create index case_versions_published on case_versions (published_at desc, id desc)`.execute(db);
	await sql`create index case_versions_search on case_versions using gin (search_text gin_trgm_ops)`.execute(
		db
	);

	// A published version never changes. Only a demonstration row may go, with the rest of the demonstration.
	await sql`
		create function refuse_version_change() returns trigger language plpgsql as $$
		begin
			if tg_op = 'DELETE' and old.is_demo then return old; end if;
			raise exception 'a published version is immutable' using errcode = 'restrict_violation';
		end $$`.execute(db);
	await sql`
		create trigger case_versions_immutable before update or delete on case_versions
		for each row execute function refuse_version_change()`.execute(db);
	await sql`
		create function refuse_version_truncate() returns trigger language plpgsql as $$
		begin
			raise exception 'a published version is immutable' using errcode = 'restrict_violation';
		end $$`.execute(db);
	await sql`
		create trigger case_versions_no_truncate before truncate on case_versions
		for each statement execute function refuse_version_truncate()`.execute(db);
}
