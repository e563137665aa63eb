import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	// A theme may be named before it is described. Its French name stays where it is; the others fall back to it.
	await sql`
		alter table themes
			alter column launch_year drop not null,
			alter column introduction set default '',
			alter column president set default '',
			add column name_en text,
			add column name_es text,
			add column position integer not null default 0,
			add column retired_at timestamptz,
			-- It was the same as another, which has everything it had.
			add column merged_into text references themes,
			add constraint themes_not_into_itself check (merged_into <> slug),
			add constraint themes_merged_is_retired check (merged_into is null or retired_at is not null)`.execute(db);
	// As they were read until now.
	await sql`
		update themes set position = ranked.number
		from (select slug, row_number() over (partition by is_demo order by slug) as number from themes) as ranked
		where ranked.slug = themes.slug`.execute(db);
}
