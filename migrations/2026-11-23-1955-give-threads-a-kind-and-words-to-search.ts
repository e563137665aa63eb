import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	// What its author opened it for. Those opened before anybody was asked, and those of cases, are discussions.
	await sql`
		alter table threads
			add column kind text not null default 'discussion'
				check (kind in ('discussion', 'question', 'need', 'announcement')),
			add column language text check (language in ('fr', 'en', 'es'))`.execute(db);
	// The language its author reads the screens in; not known for what was written before.
	await sql`alter table posts add column language text check (language in ('fr', 'en', 'es'))`.execute(db);

	// As searchText() of the server, but for punctuation, which is never in the words searched for.
	await sql`
		create function searchable(words text) returns text language sql immutable parallel safe as $$
			select replace(replace(lower(regexp_replace(
				normalize(words, NFD), '[\\u0300-\\u036f]', '', 'g')), 'œ', 'oe'), 'æ', 'ae')
		$$`.execute(db);
	await sql`create index threads_search on threads using gin (searchable(title) gin_trgm_ops)`.execute(db);
	await sql`create index posts_search on posts using gin (searchable(body) gin_trgm_ops)`.execute(db);
}
