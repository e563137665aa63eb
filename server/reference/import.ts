/** Loads the reference data that ships with the product. Every start calls it; with nothing new it costs one query. */
import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { StartError } from '../database/start-error.ts';
import type { Database } from '../database/tables.ts';
import { searchText } from '../domain/search-text.ts';
import type { Trx } from '../events.ts';
import { countrySeeds } from './countries.ts';
import { modalitySeeds } from './modalities.ts';
import { readRegistry, type RegistryRow } from './registry.ts';
import { targetSeeds } from './targets.ts';

/** Raise it when what the functions below write changes for the same source. */
const layout = 1;

interface Source {
	name: string;
	digest: string;
	load(trx: Trx): Promise<void>;
}
interface Log {
	info(details: object, message: string): void;
}

/**
 * Idempotent, and safe when several processes start at once.
 * @throws StartError when the build step has not made the registry file
 */
export async function importReference(db: Kysely<Database>, log: Log): Promise<void> {
	const registry = await readRegistry().catch((error: NodeJS.ErrnoException) => {
		if (error.code !== 'ENOENT') throw error;
		throw new StartError(
			'The registry of collectivités is missing (server/reference/registry.tsv.gz). Run: npm run build',
			{
				cause: error
			}
		);
	});
	const countries = countrySeeds();
	const sources: Source[] = [
		{ name: 'registry', digest: registry.digest, load: (trx) => upsertOrganisations(trx, registry.rows) },
		{ name: 'targets', digest: digestOf(targetSeeds), load: replaceTargets },
		{ name: 'modalities', digest: digestOf(modalitySeeds), load: replaceModalities },
		{ name: 'countries', digest: digestOf(countries), load: (trx) => replaceCountries(trx, countries) }
	];

	const isNew = async (of: Kysely<Database>) => {
		const loaded = await of.selectFrom('reference_imports').select(['name', 'digest']).execute();
		const digests = new Map(loaded.map((row) => [row.name, row.digest]));
		return sources.filter((source) => digests.get(source.name) !== `${layout}:${source.digest}`);
	};
	if ((await isNew(db)).length === 0) return;

	await db.transaction().execute(async (trx) => {
		// One process at a time; whoever waited here finds the work done.
		await sql`select pg_advisory_xact_lock(hashtext('passerelle.reference'))`.execute(trx);
		for (const { name, digest: sourceDigest, load } of await isNew(trx)) {
			const started = performance.now();
			const digest = `${layout}:${sourceDigest}`;
			await load(trx);
			await trx
				.insertInto('reference_imports')
				.values({ name, digest })
				.onConflict((oc) => oc.column('name').doUpdateSet({ digest, imported_at: sql`now()` }))
				.execute();
			log.info({ name, duration_ms: Math.round(performance.now() - started) }, 'reference data loaded');
		}
	});
}

/**
 * An organisation keeps its id for ever, found again by (kind, code). One that left the registry stays: somebody may
 * speak for it, and its name may stand in a text.
 */
export async function upsertOrganisations(trx: Trx, rows: RegistryRow[]): Promise<void> {
	const chunk = 2_000;
	for (let start = 0; start < rows.length; start += chunk) {
		const part = rows.slice(start, start + chunk);
		const column = <T>(pick: (row: RegistryRow) => T) => part.map(pick);
		await sql`
			insert into organisations
				(kind, code, name, siren, department_code, department_name, region_name, population, search_text)
			select * from unnest(
				${column((row) => row.kind)}::text[],
				${column((row) => row.code)}::text[],
				${column((row) => row.name)}::text[],
				${column((row) => row.siren)}::text[],
				${column((row) => row.departmentCode)}::text[],
				${column((row) => row.departmentName)}::text[],
				${column((row) => row.regionName)}::text[],
				${column((row) => row.population)}::integer[],
				${column(searchTextOf)}::text[])
			on conflict (kind, code) where code is not null do update set
				name = excluded.name,
				siren = excluded.siren,
				department_code = excluded.department_code,
				department_name = excluded.department_name,
				region_name = excluded.region_name,
				population = excluded.population,
				search_text = excluded.search_text`.execute(trx);
	}
}

/** The name, then what people add to tell namesakes apart: "saint denis 93 seine saint denis". */
function searchTextOf(row: RegistryRow): string {
	return searchText([row.name, row.departmentCode, row.departmentName].filter(Boolean).join(' '));
}

async function replaceTargets(trx: Trx): Promise<void> {
	await trx.deleteFrom('targets').execute();
	await trx
		.insertInto('targets')
		.values(
			targetSeeds.map(({ code, deadline, name, text }, index) => ({
				code,
				goal: Number.parseInt(code, 10),
				position: index + 1,
				name_fr: name.fr,
				name_en: name.en,
				name_es: name.es,
				text_fr: text.fr,
				text_en: text.en,
				text_es: text.es,
				deadline
			}))
		)
		.execute();
}

async function replaceModalities(trx: Trx): Promise<void> {
	await trx.deleteFrom('modalities').execute();
	await trx
		.insertInto('modalities')
		.values(
			modalitySeeds.map(({ slug, name, targets }, index) => ({
				slug,
				position: index + 1,
				name_fr: name.fr,
				name_en: name.en,
				name_es: name.es,
				targets
			}))
		)
		.execute();
}

async function replaceCountries(trx: Trx, countries: ReturnType<typeof countrySeeds>): Promise<void> {
	await trx.deleteFrom('countries').execute();
	await trx
		.insertInto('countries')
		.values(
			countries.map(({ code, name }) => ({ code, name_fr: name.fr, name_en: name.en, name_es: name.es }))
		)
		.execute();
}

function digestOf(seeds: unknown): string {
	return createHash('sha256').update(JSON.stringify(seeds)).digest('hex');
}
