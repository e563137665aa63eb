/** Loads the reference data that ships with the product. Every start calls it; with nothing new it costs one query. */
import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { StartError } from '../database/start-error.ts';
import type { Database } from '../database/tables.ts';
import { searchText } from '../domain/search-text.ts';
import type { Trx } from '../events.ts';
import { countrySeeds } from './countries.ts';
import { modalitySeeds } from './modalities.ts';
import { readRegistry, type Registry, type RegistryRow } from './registry.ts';
import { targetSeeds } from './targets.ts';

/** Raise it when what the functions below write changes for the same source. */
const layout = 2;

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
		{ name: 'registry', digest: registry.digest, load: (trx) => updateRegistry(trx, registry) },
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
 * An organisation keeps its id for ever, found again by (kind, code). One that left the registry stays, since somebody may
 * speak for it and its name may stand in a text: it keeps its name, and points to who does its work now. Memberships and
 * cases stay with it. One whose code another name was given keeps what it was called as well.
 */
export async function updateRegistry(
	trx: Trx,
	registry: Pick<Registry, 'edition' | 'rows' | 'successions'>
): Promise<void> {
	await upsertOrganisations(trx, registry.rows, registry.edition);

	const column = <T>(pick: (row: Registry['successions'][number]) => T) => registry.successions.map(pick);
	await sql`
		update organisations as gone
		set succeeded_by = successor.id, ended_on = coalesce(listed.since, gone.ended_on, current_date)
		from unnest(
				${column((row) => row.kind)}::text[],
				${column((row) => row.code)}::text[],
				${column((row) => row.byKind)}::text[],
				${column((row) => row.byCode)}::text[],
				${column((row) => row.since)}::date[]
			) as listed (kind, code, by_kind, by_code, since)
		join organisations as successor on successor.kind = listed.by_kind and successor.code = listed.by_code
		where gone.kind = listed.kind and gone.code = listed.code and gone.id <> successor.id`.execute(trx);
	// Gone without a word of who follows: an intercommunality that was dissolved, a commune shared among others.
	await sql`
		update organisations set ended_on = current_date
		where code is not null and ended_on is null and edition < ${registry.edition}`.execute(trx);
	// Named again after all, and replaced by nobody any more.
	await sql`
		update organisations as back set ended_on = null, succeeded_by = null
		where ended_on is not null and edition = ${registry.edition}
			and not exists (
				select from unnest(${column((row) => row.kind)}::text[], ${column((row) => row.code)}::text[]) as listed (kind, code)
				where listed.kind = back.kind and listed.code = back.code)`.execute(trx);
	await setStrata(trx);
}

async function upsertOrganisations(trx: Trx, rows: RegistryRow[], edition: number): Promise<void> {
	const chunk = 2_000;
	for (let start = 0; start < rows.length; start += chunk) {
		const part = rows.slice(start, start + chunk);
		const column = <T>(pick: (row: RegistryRow) => T) => part.map(pick);
		await sql`
			insert into organisation_former_names (organisation_id, name)
			select known.id, known.name
			from unnest(
					${column((row) => row.kind)}::text[],
					${column((row) => row.code)}::text[],
					${column((row) => row.name)}::text[]
				) as listed (kind, code, name)
			join organisations as known on known.kind = listed.kind and known.code = listed.code
			where known.name <> listed.name
			on conflict do nothing`.execute(trx);
		await sql`
			insert into organisations
				(kind, code, name, siren, department_code, department_name, region_name, population, search_text, edition)
			select *, ${edition}::integer from unnest(
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
				search_text = excluded.search_text,
				edition = excluded.edition`.execute(trx);
	}
}

/** From these many inhabitants on: communes are compared within bounds people know, … */
const communeStrata = [0, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000];

/** … the others by quarter of their kind; those of a special status with one another. */
async function setStrata(trx: Trx): Promise<void> {
	await sql`
		update organisations set
			stratum_from = (select max(bound) from unnest(${communeStrata}::integer[]) as bound where bound <= population),
			stratum_to = (select min(bound) from unnest(${communeStrata}::integer[]) as bound where bound > population)
		where kind = 'commune' and edition is not null`.execute(trx);
	await sql`
		with bounds as (
			select kind, array[0] || percentile_disc(array[0.25, 0.5, 0.75]) within group (order by population) as starts
			from organisations
			where kind in ('region', 'department', 'intercommunality') and edition is not null
				and ended_on is null and population is not null
			group by kind
		)
		update organisations set
			stratum_from = (select max(bound) from unnest(starts) as bound where bound <= population),
			stratum_to = (select min(bound) from unnest(starts) as bound where bound > population)
		from bounds
		where bounds.kind = organisations.kind and edition is not null`.execute(trx);
}

/** The name, then what people add to tell namesakes apart: "saint denis 93 seine saint denis". */
function searchTextOf(row: RegistryRow): string {
	return searchText([row.name, row.departmentCode, row.departmentName, row.alias].filter(Boolean).join(' '));
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
