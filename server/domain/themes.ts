/**
 * The thematic group this site belongs to: why it exists, what it set out to look into, what happened since. And the list
 * of themes, whose moderators review the cases that belong to them, as administrators change it.
 */
import { type Kysely, sql } from 'kysely';
import type { Locale } from '#lib/contract/locales.ts';
import { themeNameCharacters } from '#lib/contract/taxonomy.ts';
import { authorize, can } from '../access.ts';
import type { Context } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { Conflict, Invalid, NotFound } from '../errors.ts';
import { type Announce, record, transact, type Trx } from '../events.ts';
import { requireText } from './input.ts';
import { searchText } from './search-text.ts';

export interface ThemeView {
	name: string;
	/** French where nobody gave a name in the language that was asked for. */
	nameLanguage: Locale;
	/** null until somebody says it. */
	launchYear: number | null;
	/** Paragraphs separated by an empty line. */
	introduction: string;
	/** The office held, not the person. */
	president: string;
	subjects: string[];
	/** Oldest first. `date` is as precise as its source: '2024', '2012-03' or '2023-09-19'. */
	milestones: { date: string; title: string; text: string }[];
	isDemo: boolean;
}

/** The first in use; null as long as there is none. */
export async function theme(db: Kysely<Database>, locale: Locale): Promise<ThemeView | null> {
	// A theme written here stands before the one of the demonstration.
	const row = await db
		.selectFrom('themes')
		.selectAll()
		.where('retired_at', 'is', null)
		.orderBy('is_demo')
		.orderBy('position')
		.orderBy('slug')
		.limit(1)
		.executeTakeFirst();
	if (!row) return null;
	const translated = { fr: row.name, en: row.name_en, es: row.name_es }[locale];

	const subjects = await db
		.selectFrom('theme_subjects')
		.select('text')
		.where('theme_slug', '=', row.slug)
		.orderBy('position')
		.execute();
	const milestones = await db
		.selectFrom('milestones')
		.select(['happened_on', 'precision', 'title', 'text'])
		.where('theme_slug', '=', row.slug)
		.orderBy('happened_on')
		.orderBy('title')
		.execute();

	return {
		name: translated ?? row.name,
		nameLanguage: translated === null ? 'fr' : locale,
		launchYear: row.launch_year,
		introduction: row.introduction,
		president: row.president,
		subjects: subjects.map((subject) => subject.text),
		milestones: milestones.map(({ happened_on, precision, title, text }) => ({
			date: happened_on.slice(0, charactersOf[precision]),
			title,
			text
		})),
		isDemo: row.is_demo
	};
}

/** The theme a new case belongs to: the first in use. It cannot be merged away before the transaction ends. */
export async function themeSlug(trx: Trx, isDemo: boolean): Promise<string | null> {
	const row = await trx
		.selectFrom('themes')
		.select('slug')
		.where('is_demo', '=', isDemo)
		.where('retired_at', 'is', null)
		.orderBy('position')
		.orderBy('slug')
		.limit(1)
		.forKeyShare()
		.executeTakeFirst();
	return row?.slug ?? null;
}

/**
 * What stands for this theme now: itself, or what it was merged into. null when there is no such theme. It cannot be
 * merged away before the transaction ends.
 */
export async function currentSlug(trx: Trx, slug: string): Promise<string | null> {
	const row = await trx
		.selectFrom('themes')
		.select(['slug', 'merged_into'])
		.where('slug', '=', slug)
		.forKeyShare()
		.executeTakeFirst();
	if (!row) return null;
	return row.merged_into === null ? row.slug : currentSlug(trx, row.merged_into);
}

export interface ListedTheme {
	slug: string;
	nameFr: string;
	/** Empty: it is said in French. */
	nameEn: string;
	nameEs: string;
	/** merged: another has everything it had. */
	state: 'used' | 'retired' | 'merged';
	/** Slug of that other. */
	mergedInto: string | null;
	/** Whatever their state. */
	cases: number;
	/** People who moderate or lead this theme alone. */
	appointments: number;
	isDemo: boolean;
}

/** In order; those of the demonstration, then those that were merged, come last. */
export async function list(
	db: Kysely<Database>,
	{ onlyDemo = false }: { onlyDemo?: boolean } = {}
): Promise<ListedTheme[]> {
	const rows = await db
		.selectFrom('themes')
		.select((eb) => [
			'slug',
			'name',
			'name_en',
			'name_es',
			'retired_at',
			'merged_into',
			'is_demo',
			eb
				.selectFrom('cases')
				.select(sql<number>`count(*)::int`.as('count'))
				.whereRef('cases.theme_slug', '=', 'themes.slug')
				.as('cases'),
			eb
				.selectFrom('appointments')
				.select(sql<number>`count(*)::int`.as('count'))
				.whereRef('appointments.theme_slug', '=', 'themes.slug')
				.where('ended_at', 'is', null)
				.as('appointments')
		])
		.$if(onlyDemo, (query) => query.where('is_demo', '=', true))
		.orderBy(sql`merged_into is not null`)
		.orderBy('is_demo')
		.orderBy('position')
		.orderBy('slug')
		.execute();
	return rows.map((row) => ({
		slug: row.slug,
		nameFr: row.name,
		nameEn: row.name_en ?? '',
		nameEs: row.name_es ?? '',
		state: row.merged_into !== null ? 'merged' : row.retired_at ? 'retired' : 'used',
		mergedInto: row.merged_into,
		cases: row.cases ?? 0,
		appointments: row.appointments ?? 0,
		isDemo: row.is_demo
	}));
}

/** The page of the list. @throws NotFound to everyone but administrators */
export async function desk({ who, db }: Context): Promise<{ themes: ListedTheme[]; mayChange: boolean }> {
	if (who.kind !== 'member' || !can(who, 'taxonomy.read', null)) throw new NotFound();
	return {
		themes: await list(db, { onlyDemo: who.isDemo }),
		mayChange: can(who, 'taxonomy.change', null)
	};
}

/** The page of one. @throws NotFound to everyone but administrators */
export async function page(
	context: Context,
	slug: string
): Promise<{
	theme: ListedTheme;
	/** What it was merged into. */
	successor: ListedTheme | null;
	/** Into which it may be merged. */
	targets: ListedTheme[];
	/** Retired, it would leave new cases without a theme. */
	isLastUsed: boolean;
	mayChange: boolean;
}> {
	const { themes, mayChange } = await desk(context);
	const theme = themes.find((one) => one.slug === slug);
	if (!theme) throw new NotFound();
	const targets = themes.filter(
		(one) => one.slug !== slug && one.state === 'used' && one.isDemo === theme.isDemo
	);
	return {
		theme,
		successor: themes.find((one) => one.slug === theme.mergedInto) ?? null,
		targets,
		isLastUsed: theme.state === 'used' && targets.length === 0,
		mayChange
	};
}

export type ThemeNames = Pick<ListedTheme, 'nameFr' | 'nameEn' | 'nameEs'>;

/**
 * The last of the list, described by nobody yet.
 * @throws NotFound, Forbidden, Invalid nameFr_empty, nameFr_taken, name.._too_long
 */
export async function add(context: Context, given: ThemeNames): Promise<{ slug: string }> {
	return change(context, async (trx) => {
		const names = requireNames(given);
		const themes = await trx.selectFrom('themes').select(['slug', 'position']).execute();
		await requireFree(trx, names.name, { isDemo: false });
		const slug = freeSlug(names.name, new Set(themes.map((one) => one.slug)));
		const position = Math.max(0, ...themes.map((one) => one.position)) + 1;
		await trx
			.insertInto('themes')
			.values({ slug, ...names, position, launch_year: null })
			.execute();
		await record(trx, context, 'theme.added', { theme: slug });
		return { slug };
	});
}

/**
 * Its slug stays, which is what cases and appointments know it by.
 * @throws NotFound, Forbidden, Invalid as add; Conflict theme_merged
 */
export async function rename(context: Context, slug: string, given: ThemeNames): Promise<void> {
	await change(context, async (trx) => {
		const { is_demo: isDemo } = await standing(trx, slug);
		const names = requireNames(given);
		await requireFree(trx, names.name, { isDemo, but: slug });
		const { numUpdatedRows } = await trx
			.updateTable('themes')
			.set(names)
			.where('slug', '=', slug)
			.where(
				sql<boolean>`(name, name_en, name_es) is distinct from
				(${names.name}, ${names.name_en}::text, ${names.name_es}::text)`
			)
			.executeTakeFirstOrThrow();
		if (numUpdatedRows > 0n) await record(trx, context, 'theme.renamed', { theme: slug }, isDemo);
	});
}

/**
 * One place up or down among those that were not merged; the first stays first.
 * @throws NotFound, Forbidden, Conflict theme_merged
 */
export async function move(context: Context, slug: string, direction: 'up' | 'down'): Promise<void> {
	await change(context, async (trx) => {
		const { is_demo: isDemo } = await standing(trx, slug);
		const themes = await trx
			.selectFrom('themes')
			.select(['slug', 'position'])
			.where('is_demo', '=', isDemo)
			.where('merged_into', 'is', null)
			.orderBy('position')
			.orderBy('slug')
			.execute();
		const from = themes.findIndex((one) => one.slug === slug);
		const to = from + (direction === 'up' ? -1 : 1);
		if (!themes[to]) return;
		themes.splice(to, 0, ...themes.splice(from, 1));
		for (const [index, one] of themes.entries())
			if (one.position !== index + 1)
				await trx
					.updateTable('themes')
					.set({ position: index + 1 })
					.where('slug', '=', one.slug)
					.execute();
		await record(trx, context, 'theme.moved', { theme: slug, position: to + 1 }, isDemo);
	});
}

/**
 * New cases take it no more; those it has keep it, and so do its moderators. Retiring again changes nothing.
 * @throws NotFound, Forbidden, Conflict theme_merged
 */
export async function retire(context: Context, slug: string): Promise<void> {
	await change(context, async (trx) => {
		const { is_demo: isDemo, retired_at } = await standing(trx, slug);
		if (retired_at) return;
		await trx
			.updateTable('themes')
			.set({ retired_at: sql<Date>`now()` })
			.where('slug', '=', slug)
			.execute();
		await record(trx, context, 'theme.retired', { theme: slug }, isDemo);
	});
}

/** The contrary of retire, with the same errors. */
export async function restore(context: Context, slug: string): Promise<void> {
	await change(context, async (trx) => {
		const { is_demo: isDemo, retired_at } = await standing(trx, slug);
		if (!retired_at) return;
		await trx.updateTable('themes').set({ retired_at: null }).where('slug', '=', slug).execute();
		await record(trx, context, 'theme.restored', { theme: slug }, isDemo);
	});
}

/**
 * Two were the same: cases, running appointments, subjects and milestones go to the other, for good, and so does what it
 * said of itself where the other says nothing. The row stays, retired, and says where they went.
 * @returns how many cases and running appointments went
 * @throws NotFound, Forbidden; Conflict theme_merged; Invalid into_same, into_unknown, into_retired
 */
export async function merge(
	context: Context,
	slug: string,
	into: string
): Promise<{ cases: number; appointments: number }> {
	return change(context, async (trx, announce) => {
		// Waits for the cases that are being created in them; those created later wait, and find it retired.
		const locked = await trx
			.selectFrom('themes')
			.select(['slug', 'is_demo', 'retired_at'])
			.where('slug', 'in', [slug, into])
			.orderBy('slug')
			.forUpdate()
			.execute();
		const { is_demo: isDemo } = await standing(trx, slug);
		if (slug === into) throw new Invalid('into_same');
		const target = locked.find((one) => one.slug === into);
		// What the demonstration has goes with it one day, and must take nothing real away.
		if (!target || target.is_demo !== isDemo) throw new Invalid('into_unknown');
		if (target.retired_at) throw new Invalid('into_retired');

		const cases = await trx
			.updateTable('cases')
			.set({ theme_slug: into })
			.where('theme_slug', '=', slug)
			.executeTakeFirstOrThrow();
		// Who holds the same role for both holds it once.
		const doubled = await trx
			.updateTable('appointments')
			.set({ ended_at: sql<Date>`now()`, ended_by: context.who.kind === 'member' ? context.who.id : null })
			.where('theme_slug', '=', slug)
			.where('ended_at', 'is', null)
			.where(({ exists, selectFrom }) =>
				exists(
					selectFrom('appointments as other')
						.select('other.id')
						.whereRef('other.member_id', '=', 'appointments.member_id')
						.whereRef('other.role', '=', 'appointments.role')
						.where('other.theme_slug', '=', into)
						.where('other.ended_at', 'is', null)
				)
			)
			.returning('member_id')
			.execute();
		const moved = await trx
			.updateTable('appointments')
			.set({ theme_slug: into })
			.where('theme_slug', '=', slug)
			.where('ended_at', 'is', null)
			.returning('member_id')
			.execute();
		await trx
			.updateTable('theme_subjects')
			.set({
				theme_slug: into,
				position: sql<number>`position + (
					select coalesce(max(position), 0) from theme_subjects where theme_slug = ${into})`
			})
			.where('theme_slug', '=', slug)
			.execute();
		await trx.updateTable('milestones').set({ theme_slug: into }).where('theme_slug', '=', slug).execute();
		// What the other did not say of itself.
		await trx
			.updateTable('themes')
			.from('themes as source')
			.set({
				launch_year: sql<number | null>`coalesce(themes.launch_year, source.launch_year)`,
				introduction: sql<string>`coalesce(nullif(themes.introduction, ''), source.introduction)`,
				president: sql<string>`coalesce(nullif(themes.president, ''), source.president)`
			})
			.where('themes.slug', '=', into)
			.where('source.slug', '=', slug)
			.execute();
		await trx
			.updateTable('themes')
			.set({ merged_into: into, retired_at: sql<Date>`coalesce(retired_at, now())` })
			.where((eb) => eb.or([eb('slug', '=', slug), eb('merged_into', '=', slug)]))
			.execute();

		const counts = { cases: Number(cases.numUpdatedRows), appointments: moved.length + doubled.length };
		await record(trx, context, 'theme.merged', { theme: slug, into, ...counts }, isDemo);
		for (const memberId of new Set([...moved, ...doubled].map((one) => one.member_id)))
			announce('member.access', { memberId });
		return counts;
	});
}

/** One who changes the list at a time: positions and names hold only together. */
async function change<T>(context: Context, work: (trx: Trx, announce: Announce) => Promise<T>): Promise<T> {
	const { who } = context;
	if (!can(who, 'taxonomy.read', null)) throw new NotFound();
	authorize(who, 'taxonomy.change', null);
	return transact(context, async (trx, announce) => {
		await sql`select pg_advisory_xact_lock(hashtext('passerelle.themes'))`.execute(trx);
		return work(trx, announce);
	});
}

async function standing(trx: Trx, slug: string): Promise<{ is_demo: boolean; retired_at: Date | null }> {
	const row = await trx
		.selectFrom('themes')
		.select(['is_demo', 'retired_at', 'merged_into'])
		.where('slug', '=', slug)
		.executeTakeFirst();
	if (!row) throw new NotFound();
	if (row.merged_into !== null) throw new Conflict('theme_merged');
	return row;
}

function requireNames({ nameFr, nameEn, nameEs }: ThemeNames) {
	const most = themeNameCharacters;
	const oneLine = (name: unknown) => (typeof name === 'string' ? name.replace(/\s+/g, ' ').trim() : name);
	return {
		name: requireText(oneLine(nameFr), 'nameFr', { most }),
		name_en: oneLine(nameEn) === '' ? null : requireText(oneLine(nameEn), 'nameEn', { most }),
		name_es: oneLine(nameEs) === '' ? null : requireText(oneLine(nameEs), 'nameEs', { most })
	};
}

/** Nobody could tell two of one name apart; and a form sent twice adds one theme. */
async function requireFree(
	trx: Trx,
	name: string,
	{ isDemo, but }: { isDemo: boolean; but?: string }
): Promise<void> {
	const others = await trx
		.selectFrom('themes')
		.select(['slug', 'name'])
		.where('is_demo', '=', isDemo)
		.where('merged_into', 'is', null)
		.execute();
	const plain = (text: string) => searchText(text) || text;
	if (others.some((one) => one.slug !== but && plain(one.name) === plain(name)))
		throw new Invalid('nameFr_taken');
}

/** "Eau & climat" → "eau-climat", else "eau-climat-2". */
function freeSlug(name: string, taken: Set<string>): string {
	const root =
		searchText(name)
			.replace(/[^a-z0-9]+/g, '-')
			.slice(0, 60)
			.replace(/^-+|-+$/g, '') || 'theme';
	for (let number = 1; ; number++) {
		const slug = number === 1 ? root : `${root}-${number}`;
		if (!taken.has(slug)) return slug;
	}
}

const charactersOf = { year: 4, month: 7, day: 10 };
