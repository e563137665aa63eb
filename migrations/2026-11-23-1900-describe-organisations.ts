import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		alter table organisations
			add column country_code text check (country_code ~ '^[A-Z]{2}$'),
			-- Inhabitants: comparable organisations are of the same kind, from so many to fewer than so many.
			add column stratum_from integer,
			add column stratum_to integer,
			-- search_text without the department that follows it: the name as people type it.
			add column name_words text generated always as (coalesce(
				split_part(search_text || ' ', ' ' || lower(department_code) || ' ', 1), search_text)) stored,
			-- The edition of the official registry that names it; none for what was added by hand.
			add column edition integer,
			-- It is no longer an authority: who does its work now, and since when.
			add column succeeded_by uuid references organisations on delete set null,
			add column ended_on date,
			add column added_by uuid references members on delete set null,
			add constraint organisations_not_own_successor check (succeeded_by <> id)`.execute(db);
	await sql`create index organisations_stratum on organisations (kind, stratum_from, population desc)
		where ended_on is null`.execute(db);
	await sql`create index organisations_successor on organisations (succeeded_by)
		where succeeded_by is not null`.execute(db);
	await sql`create index organisations_code_alone on organisations (code) where code is not null`.execute(db);

	// Every word organisations are known by, for those typed with a slip: a twentieth of what there is to compare with.
	await sql`
		create table organisation_words (
			word text primary key collate "C",
			-- The inhabitants of the largest that has it: between two as close, the one more people mean.
			weight integer not null default 0
		)`.execute(db);
	await sql`create index organisation_words_likeness on organisation_words using gin (word gin_trgm_ops)`.execute(
		db
	);
	await sql`
		create function learn_organisation_words() returns trigger language plpgsql as $$
		begin
			insert into organisation_words (word, weight)
				select word, max(coalesce(population, 0))
				from learnt, regexp_split_to_table(search_text, ' ') as word
				where length(word) >= 3 and word !~ '[0-9]'
				group by word
				order by word
			on conflict (word) do update set weight = excluded.weight
				where organisation_words.weight < excluded.weight;
			return null;
		end $$`.execute(db);
	for (const event of ['insert', 'update']) {
		await sql`
			create trigger ${sql.raw(`organisations_words_${event}`)} after ${sql.raw(event)} on organisations
			referencing new table as learnt
			for each statement execute function learn_organisation_words()`.execute(db);
	}
	await sql`update organisations set search_text = search_text`.execute(db);

	// An organisation keeps its id when the registry gives it another name; what it was called stays known.
	await sql`
		create table organisation_former_names (
			organisation_id uuid not null references organisations on delete cascade,
			name text not null,
			until timestamptz not null default now(),
			primary key (organisation_id, name)
		)`.execute(db);

	// Whose people write from addresses of this domain. Learnt when somebody vouches for one; never that of a public service.
	await sql`
		create table organisation_domains (
			domain text not null check (domain = lower(domain) and length(domain) <= 253),
			organisation_id uuid not null references organisations on delete cascade,
			learnt_by uuid references members on delete set null,
			learnt_at timestamptz not null default now(),
			primary key (domain, organisation_id)
		)`.execute(db);
}
