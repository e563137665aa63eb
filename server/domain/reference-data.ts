/** The lists people choose from, in their language. */
import type { Kysely } from 'kysely';
import type { Locale } from '#lib/contract/locales.ts';
import type { Database } from '../database/tables.ts';

export interface ModalityView {
	slug: string;
	name: string;
	/** Codes of the targets suggested with it. */
	targets: string[];
}
export interface TargetView {
	code: string;
	name: string;
	text: string;
	/** A year, possibly past; null when the text names none. */
	deadline: number | null;
}
export interface CountryView {
	/** ISO 3166-1 alpha-2. */
	code: string;
	name: string;
}

/** In the order of the list, not of the alphabet. */
export async function modalities(db: Kysely<Database>, locale: Locale): Promise<ModalityView[]> {
	return db
		.selectFrom('modalities')
		.select(['slug', `name_${locale} as name`, 'targets'])
		.orderBy('position')
		.execute();
}

/** 8.1 … 8.10, then 8.a and 8.b. */
export async function targets(db: Kysely<Database>, locale: Locale): Promise<TargetView[]> {
	return db
		.selectFrom('targets')
		.select(['code', `name_${locale} as name`, `text_${locale} as text`, 'deadline'])
		.orderBy('goal')
		.orderBy('position')
		.execute();
}

/** In the alphabetical order of that language: `order by` puts « Égypte » where no French reader looks for it. */
export async function countries(db: Kysely<Database>, locale: Locale): Promise<CountryView[]> {
	const rows = await db
		.selectFrom('countries')
		.select(['code', `name_${locale} as name`])
		.execute();
	const order = new Intl.Collator(locale);
	return rows.sort((a, b) => order.compare(a.name, b.name));
}
