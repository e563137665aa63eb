import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`
		create table modalities (
			slug text primary key,
			position integer not null,
			name_fr text not null, name_en text not null, name_es text not null,
			targets text[] not null default '{}'
		)`.execute(db);
	await sql`
		create table targets (
			code text primary key,
			goal integer not null,
			position integer not null,
			name_fr text not null, name_en text not null, name_es text not null,
			text_fr text not null, text_en text not null, text_es text not null,
			deadline integer
		)`.execute(db);
	await sql`
		create table countries (
			code text primary key check (length(code) = 2),
			name_fr text not null collate "und-x-icu",
			name_en text not null collate "und-x-icu",
			name_es text not null collate "und-x-icu"
		)`.execute(db);
	// Which reference files are loaded, so that a start with nothing new costs one query.
	await sql`
		create table reference_imports (
			name text primary key,
			digest text not null,
			imported_at timestamptz not null default now()
		)`.execute(db);

	await sql`
		create table themes (
			slug text primary key,
			name text not null,
			launch_year integer not null,
			introduction text not null,
			president text not null,
			is_demo boolean not null default false
		)`.execute(db);
	await sql`
		create table theme_subjects (
			id uuid primary key default gen_random_uuid(),
			theme_slug text not null references themes on delete cascade,
			position integer not null,
			text text not null,
			is_demo boolean not null default false
		)`.execute(db);
	// A date is as precise as its source: 2024, 2012-03 or 2023-09-19.
	await sql`
		create table milestones (
			id uuid primary key default gen_random_uuid(),
			theme_slug text not null references themes on delete cascade,
			happened_on date not null,
			precision text not null check (precision in ('year', 'month', 'day')),
			title text not null,
			text text not null default '',
			is_demo boolean not null default false
		)`.execute(db);
}
