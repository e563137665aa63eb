/** Finding an organisation by what people type of its name: one way for PostgreSQL and for the embedded engine. */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database, OrganisationKind } from '../database/tables.ts';
import { Invalid } from '../errors.ts';
import { isUuid } from './input.ts';
import { searchText } from './search-text.ts';

const queryCharacters = 80;
const mostWords = 8;

/** What each word may be; in the usual case, itself alone. */
type Words = string[][];

export interface Page {
	ids: string[];
	nextCursor: string | null;
}

/**
 * Best first: the code, the whole name, the name but for its last letters, the beginning of the name, words of the name,
 * words of the department. In each, the larger population first. When that finds nothing, without "ville de" and its
 * like; and when still nothing is found, with the nearest words there are.
 * @throws Invalid invalid_cursor
 */
export async function find(
	db: Kysely<Database>,
	query: string,
	{
		limit,
		kind = null,
		cursor = null
	}: { limit: number; kind?: OrganisationKind | null; cursor?: string | null }
): Promise<Page> {
	const typed = searchText(query.slice(0, queryCharacters));
	if (typed.length < 2) return { ids: [], nextCursor: null };
	const after = cursor ? readCursor(cursor) : null;
	// The next page goes on with the words that found the first.
	if (after) return ranked(db, after.words, { limit, kind, after });

	const words = spelledOut(typed.split(' ').slice(0, mostWords));
	const found = await ranked(db, words, { limit, kind, code: codeOf(typed) });
	if (found.ids.length > 0) return found;
	const plain = withoutTitle(words);
	if (plain.length < words.length) {
		const named = await ranked(db, plain, { limit, kind });
		if (named.ids.length > 0) return named;
	}
	const corrected = await nearest(db, plain);
	return corrected ? ranked(db, corrected, { limit, kind }) : found;
}

interface After {
	rank: number;
	population: number;
	name: string;
	id: string;
	words: Words;
}

/** The last of the ranks below that only the beginning of the name, or a code, gives. */
const lastOfFirst = 3;

async function ranked(
	db: Kysely<Database>,
	words: Words,
	{
		limit,
		kind,
		code = null,
		after = null
	}: { limit: number; kind: OrganisationKind | null; code?: string | null; after?: After | null }
): Promise<Page> {
	const spoken = words.map(([first]) => first).join(' ');
	const named = sql.join(
		words.map((choices) => anyOf(choices, (word) => begins('name_words', word))),
		sql` and `
	);
	const matches = sql.join(
		words.map((choices) => anyOf(choices, (word) => begins('search_text', word))),
		sql` and `
	);
	const isCode = code ? sql<boolean>`(code = ${code} or siren = ${code})` : sql<boolean>`false`;
	const wholeNames = [spoken, ...statuses.map((status) => `${status} ${spoken}`)];
	const isFirst = sql<boolean>`(name_words like ${`${spoken}%`} or name_words = any(${wholeNames}::text[]) or ${isCode})`;
	const rank = sql<number>`case
		when ${isCode} then 0
		when name_words = any(${wholeNames}::text[]) then 1
		when name_words like ${`${spoken}%`} and name_words not like ${`${spoken}% %`} then 2
		when name_words like ${`${spoken}%`} then 3
		when search_text like ${`${spoken}%`} or (${named}) then 4
		else 5 end`;
	const those = (condition: RawBuilder<boolean>) =>
		db
			.selectFrom((of) =>
				of
					.selectFrom('organisations')
					.select([
						'id',
						'name_words as name',
						rank.as('rank'),
						// Larger first, in the same direction as the rest of the order.
						sql<number>`-coalesce(population, -1)`.as('population')
					])
					.where('ended_on', 'is', null)
					.$if(kind !== null, (one) => one.where('kind', '=', kind!))
					.where(condition)
					.as('found')
			)
			.selectAll()
			.$if(after !== null, (rest) =>
				rest.where(
					sql<boolean>`(rank, population, name collate "C", id)
					> (${after!.rank}::integer, ${after!.population}::integer, ${after!.name}::text, ${after!.id}::uuid)`
				)
			)
			.orderBy('rank')
			.orderBy('population')
			.orderBy(sql`name collate "C"`)
			.orderBy('id')
			.limit(limit + 1)
			.execute();
	// Nothing ranks before these, and an index by name finds them: when they fill the page, nobody looks for more.
	let rows = !after || after.rank <= lastOfFirst ? await those(isFirst) : [];
	if (rows.length <= limit) rows = await those(sql<boolean>`((${matches}) or ${isCode})`);
	const last = rows.length > limit ? rows[limit - 1] : undefined;
	return {
		ids: rows.slice(0, limit).map(({ id }) => id),
		nextCursor: last
			? writeCursor({
					rank: last.rank,
					population: last.population,
					name: last.name ?? '',
					id: last.id,
					words
				})
			: null
	};
}

/** searchText leaves letters, digits and spaces: nothing that LIKE would read as a pattern. */
function begins(column: 'name_words' | 'search_text', word: string): RawBuilder<boolean> {
	// Each half is a question to the index of trigrams, which knows where words begin.
	return sql`(${sql.ref(column)} like ${`${word}%`} or ${sql.ref(column)} like ${`% ${word}%`})`;
}

function anyOf(choices: string[], test: (word: string) => RawBuilder<boolean>): RawBuilder<boolean> {
	return choices.length === 1 ? test(choices[0]!) : sql`(${sql.join(choices.map(test), sql` or `)})`;
}

/** Paris is the Ville de Paris. */
const statuses = ['ville de', 'collectivite de', 'collectivite territoriale de', 'departement region de'];

/** As the registry spells them. */
const abbreviations: Record<string, string> = {
	st: 'saint',
	ste: 'sainte',
	sts: 'saints',
	stes: 'saintes',
	cc: 'communaute de communes',
	ca: 'communaute d agglomeration',
	cu: 'communaute urbaine',
	cdc: 'communaute de communes'
};

/** The last word may be half of a longer one: "st" is also where Strasbourg begins. */
function spelledOut(typed: string[]): Words {
	return typed.flatMap((word, index): Words => {
		const full = abbreviations[word];
		if (!full) return [[word]];
		if (index === typed.length - 1 && typed.length === 1) return [[word, full]];
		return index === typed.length - 1 && !full.includes(' ')
			? [[word, full]]
			: full.split(' ').map((part) => [part]);
	});
}

const titles =
	/^(?:mairie|ville|commune|municipalite|departement|region|conseil (?:departemental|regional|municipal|general)|metropole) (?:de la |de l |de |du |des |d )?/;

/** "mairie de Lille" is Lille. */
function withoutTitle(words: Words): Words {
	const spoken = `${words.map(([first]) => first).join(' ')} `;
	const title = titles.exec(spoken)?.[0];
	const rest = title ? words.slice(title.trimEnd().split(' ').length) : words;
	return rest.length > 0 ? rest : words;
}

/** null when every word is one there is, or when one of them resembles nothing. */
async function nearest(db: Kysely<Database>, words: Words): Promise<Words | null> {
	const spoken = words.map(([first]) => first!);
	const { rows } = await sql<{ typed: string; word: string; weight: number; isBegun: boolean }>`
		select typed, word, weight, starts_with(word, typed) as "isBegun"
		from unnest(${spoken}::text[]) as typed
		cross join lateral (
			select word, weight from organisation_words
			where word % typed and abs(length(word) - length(typed)) <= 2
		) as likely
		where length(typed) >= 4
		union all
		select typed, word, weight, true
		from unnest(${spoken}::text[]) as typed
		cross join lateral (
			select word, weight from organisation_words
			where word >= typed and word < typed || 'zzzz' and starts_with(word, typed)
			order by word
			limit 1
		) as begun`.execute(db);
	const corrected = words.map((choices): string[] => {
		const typed = choices[0]!;
		const likely = rows.filter((row) => row.typed === typed);
		if (typed.length < 4 || likely.some((row) => row.word === typed)) return choices;
		const most = typed.length <= 5 ? 1 : 2;
		const close = likely
			.map((row) => ({ ...row, slips: slipsBetween(typed, row.word) }))
			.filter((row) => row.slips <= most)
			.sort((a, b) => a.slips - b.slips || b.weight - a.weight);
		const best = close.filter((row) => row.slips === close[0]!.slips).map((row) => row.word);
		const begun = likely.some((row) => row.isBegun) ? [typed] : [];
		return [...new Set([...best.slice(0, 4 - begun.length), ...begun])];
	});
	const isSame = corrected.every((choices, index) => choices.join() === words[index]!.join());
	return isSame || corrected.some((choices) => choices.length === 0) ? null : corrected;
}

/** Letters added, dropped, changed, or typed in the wrong order: the optimal string alignment distance. */
function slipsBetween(a: string, b: string): number {
	const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		for (let j = 1; j <= b.length; j++) {
			const isSame = a[i - 1] === b[j - 1];
			row[j] = Math.min(row[j - 1]! + 1, rows[i - 1]![j]! + 1, rows[i - 1]![j - 1]! + (isSame ? 0 : 1));
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
				row[j] = Math.min(row[j]!, rows[i - 2]![j - 2]! + 1);
		}
		rows.push(row);
	}
	return rows[a.length]![b.length]!;
}

/** An INSEE code or a SIREN. */
function codeOf(typed: string): string | null {
	const code = typed.replaceAll(' ', '').toUpperCase();
	return /^\d[\dAB]\d{0,7}$/.test(code) ? code : null;
}

function writeCursor(after: After): string {
	return Buffer.from(JSON.stringify(after)).toString('base64url');
}

function readCursor(cursor: string): After {
	try {
		if (cursor.length > 2000) throw new Error('too long');
		const { rank, population, name, id, words } = JSON.parse(
			Buffer.from(cursor, 'base64url').toString()
		) as After;
		const isWord = (word: unknown) => typeof word === 'string' && /^[\p{L}\p{N}]{1,80}$/u.test(word);
		const isSafe =
			[rank, population].every((number) => Number.isInteger(number) && Math.abs(number) < 2 ** 31) &&
			typeof name === 'string' &&
			!name.includes('\0') &&
			isUuid(id) &&
			Array.isArray(words) &&
			words.length >= 1 &&
			words.length <= mostWords * 3 &&
			words.every((choices) => Array.isArray(choices) && choices.length <= 4 && choices.every(isWord));
		if (isSafe && words.every((choices) => choices.length > 0)) return { rank, population, name, id, words };
	} catch {
		// Falls through: whatever is wrong with it, it is not one of ours.
	}
	throw new Invalid('invalid_cursor');
}
