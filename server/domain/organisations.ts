import { type Kysely, type Selectable, sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Database, OrganisationKind, OrganisationsTable } from '../database/tables.ts';
import { Forbidden, NotFound } from '../errors.ts';
import { consume } from '../rate-limits.ts';
import { isUuid } from './input.ts';
import { searchText } from './search-text.ts';

export interface OrganisationView {
	id: string;
	name: string;
	kind: OrganisationKind;
	/** Tells namesakes apart: "Seine-Saint-Denis (93)", "Occitanie", or nothing. */
	place: string;
	population: number | null;
	isDemo: boolean;
}

/** Typing a name asks several times; this is well above what a hand can do. */
const searches = { points: 120, duration_s: 60 };
const queryCharacters = 80;

/**
 * The registry by name, best first: the whole name, the name but for its last letters, the beginning of the name,
 * words of the name, words of the department. In each, the larger population first. When that finds nothing, names that
 * look alike.
 * @throws Forbidden to visitors, TooMany
 */
export async function search(
	context: Context,
	query: string,
	{ limit = 12 }: { limit?: number } = {}
): Promise<OrganisationView[]> {
	const { who, db } = context;
	if (who.kind !== 'member') throw new Forbidden();
	const words = searchText(query.slice(0, queryCharacters));
	if (words.length < 2) return [];
	await consume(db, 'organisation-search', who.id, searches);

	const most = Math.max(1, Math.min(limit, 50));
	const found = await byWords(db, words, most);
	return found.length === 0 && words.length >= 4 ? byLikeness(db, words, most) : found;
}

/** @throws NotFound */
export async function get({ db }: Pick<Context, 'db'>, id: string): Promise<OrganisationView> {
	const found = await find(db, id);
	if (!found) throw new NotFound();
	return found;
}

export async function find(db: Kysely<Database>, id: string): Promise<OrganisationView | undefined> {
	if (!isUuid(id)) return undefined;
	const row = await organisationsIn(db).where('id', '=', id).executeTakeFirst();
	return row && view(row);
}

async function byWords(db: Kysely<Database>, words: string, limit: number): Promise<OrganisationView[]> {
	// searchText leaves letters, digits and spaces: nothing that LIKE would read as a pattern.
	const patterns = words
		.split(' ')
		.slice(0, 8)
		.map((word) => `% ${word}%`);
	// search_text is the name, then the department's code and name.
	const name = sql<string>`split_part(search_text || ' ', ' ' || lower(department_code) || ' ', 1)`;
	const nameOrAll = sql<string>`coalesce(${name}, search_text)`;
	const beginning = `${words}%`;
	let query = organisationsIn(db);
	for (const pattern of patterns) {
		// The index knows the column as it is; the second condition keeps what begins a word.
		query = query
			.where('search_text', 'like', `%${pattern.slice(2)}`)
			.where(sql<string>`' ' || search_text`, 'like', pattern);
	}
	const rows = await query
		.orderBy(
			sql`case
				when ${nameOrAll} = ${words} then 0
				when ${nameOrAll} like ${beginning} and ${nameOrAll} not like ${`${beginning} %`} then 1
				when ${nameOrAll} like ${beginning} then 2
				when search_text like ${beginning} or ' ' || ${nameOrAll} like all(${patterns}::text[]) then 3
				else 4 end`
		)
		.orderBy(sql`population desc nulls last`)
		.orderBy('name')
		.orderBy('id')
		.limit(limit)
		.execute();
	return rows.map(view);
}

async function byLikeness(db: Kysely<Database>, words: string, limit: number): Promise<OrganisationView[]> {
	const rows = await db.transaction().execute(async (trx) => {
		// Two letters typed in the wrong order leave half of a word's trigrams; by default 0.6 are asked for.
		await sql`select set_config('pg_trgm.word_similarity_threshold', '0.45', true)`.execute(trx);
		return organisationsIn(trx)
			.where(sql<boolean>`${words} <% search_text`)
			.orderBy(sql`word_similarity(${words}, search_text) desc`)
			.orderBy(sql`population desc nulls last`)
			.orderBy('id')
			.limit(limit)
			.execute();
	});
	return rows.map(view);
}

function organisationsIn(db: Kysely<Database>) {
	return db.selectFrom('organisations').select(viewColumns);
}

export const viewColumns = [
	'organisations.id',
	'organisations.name',
	'organisations.kind',
	'organisations.department_code',
	'organisations.department_name',
	'organisations.region_name',
	'organisations.population',
	'organisations.is_demo'
] as const;

/** Of a row selected with viewColumns. */
export function view(
	row: Pick<
		Selectable<OrganisationsTable>,
		'id' | 'name' | 'kind' | 'department_code' | 'department_name' | 'region_name' | 'population' | 'is_demo'
	>
): OrganisationView {
	const place = row.department_name
		? `${row.department_name} (${row.department_code})`
		: (row.region_name ?? '');
	return {
		id: row.id,
		name: row.name,
		kind: row.kind,
		place,
		population: row.population,
		isDemo: row.is_demo
	};
}
