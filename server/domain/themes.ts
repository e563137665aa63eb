/** The thematic group this site belongs to: why it exists, what it set out to look into, what happened since. */
import type { Kysely } from 'kysely';
import type { Database } from '../database/tables.ts';

export interface ThemeView {
	name: string;
	launchYear: number;
	/** Paragraphs separated by an empty line. */
	introduction: string;
	/** The office held, not the person. */
	president: string;
	subjects: string[];
	/** Oldest first. `date` is as precise as its source: '2024', '2012-03' or '2023-09-19'. */
	milestones: { date: string; title: string; text: string }[];
	isDemo: boolean;
}

/** null as long as nobody has described the theme. */
export async function theme(db: Kysely<Database>): Promise<ThemeView | null> {
	// A theme written here stands before the one of the demonstration.
	const row = await db.selectFrom('themes').selectAll().orderBy('is_demo').orderBy('slug').executeTakeFirst();
	if (!row) return null;

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
		name: row.name,
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

/** The theme a new case belongs to. */
export async function themeSlug(db: Kysely<Database>, isDemo: boolean): Promise<string | null> {
	const row = await db
		.selectFrom('themes')
		.select('slug')
		.where('is_demo', '=', isDemo)
		.orderBy('slug')
		.limit(1)
		.executeTakeFirst();
	return row?.slug ?? null;
}

const charactersOf = { year: 4, month: 7, day: 10 };
