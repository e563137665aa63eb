/** Who members speak for: the official registry, and what is added beside it. */
import { type Kysely, type Selectable, sql } from 'kysely';
import { authorize, can } from '../access.ts';
import { hashed } from '../auth/sign-in.ts';
import type { Context, Who } from '../context.ts';
import type { Database, OrganisationKind, OrganisationsTable } from '../database/tables.ts';
import { Conflict, Forbidden, Invalid, NotFound } from '../errors.ts';
import { record, transact } from '../events.ts';
import { consume } from '../rate-limits.ts';
import { isUuid, requireText } from './input.ts';
import * as organisationSearch from './organisation-search.ts';
import { searchText } from './search-text.ts';
import { takeTurn } from './turns.ts';

export type { OrganisationKind };

export interface OrganisationView {
	id: string;
	name: string;
	kind: OrganisationKind;
	/** Tells namesakes apart: "Seine-Saint-Denis (93)", "Occitanie", or nothing. */
	place: string;
	population: number | null;
	isDemo: boolean;
}

export interface DirectoryItem extends OrganisationView {
	address: string;
	publishedCases: number;
}

/** What the page of an organisation says; who speaks for it is counted, not named. */
export interface OrganisationPage extends OrganisationView {
	address: string;
	code: string | null;
	siren: string | null;
	departmentName: string | null;
	regionName: string | null;
	countryCode: string | null;
	/** Inhabitants of those it is compared with: from so many, to fewer than so many. */
	stratum: { from: number; to: number | null } | null;
	source: { kind: 'registry'; edition: number; loadedAt: Date } | { kind: 'added'; addedAt: Date };
	/** When it ceased to be an authority: YYYY-MM-DD. */
	endedOn: string | null;
	successor: { name: string; address: string } | null;
	predecessors: { id: string; name: string; address: string }[];
	formerNames: string[];
	people: number;
	hasReferent: boolean;
	/** Of the same kind and stratum: those with published cases first, then the nearest in population. */
	comparable: DirectoryItem[];
	may: { join: boolean; seeMembers: boolean; invite: boolean };
}

/** Typing a name asks several times; this is well above what a hand can do. Visitors of one town hall share an address. */
const searches = { points: 120, duration_s: 60 };
const visits = { points: 600, duration_s: 60 };
const perPage = 20;
const additions = { points: 20, duration_s: 24 * 3600 };

/** How kinds are named in the address of a page. */
export const kindSlugs: Record<OrganisationKind, string> = {
	region: 'region',
	department: 'departement',
	intercommunality: 'intercommunalite',
	commune: 'commune',
	special: 'statut-particulier',
	association: 'association',
	state: 'etat',
	agency: 'agence',
	company: 'entreprise',
	foreign_authority: 'autorite-etrangere',
	other: 'autre'
};
/** What a person may add: the rest comes from the registry. */
export const addedKinds = [
	'association',
	'state',
	'agency',
	'company',
	'foreign_authority',
	'other'
] as const;
export type AddedKind = (typeof addedKinds)[number];

export function kindOf(slug: string): OrganisationKind | null {
	const found = Object.entries(kindSlugs).find(([, known]) => known === slug);
	return found ? (found[0] as OrganisationKind) : null;
}

export const mayAdd = (who: Who) => can(who, 'organisation.create', null);

export function addressOf(row: { id: string; kind: OrganisationKind; code: string | null }): string {
	return `/organisations/${row.code ? `${kindSlugs[row.kind]}-${row.code}` : row.id}`;
}

/** For choosing one while typing. @throws Forbidden to visitors, TooMany */
export async function search(
	context: Context,
	query: string,
	{ limit = 12 }: { limit?: number } = {}
): Promise<OrganisationView[]> {
	const { who, db } = context;
	if (who.kind !== 'member') throw new Forbidden();
	if (searchText(query.slice(0, 80)).length < 2) return [];
	await consume(db, 'organisation-search', who.id, searches);
	return matching(db, query, Math.max(1, Math.min(limit, 50)));
}

/** As search(), asked by nobody. */
export async function matching(
	db: Kysely<Database>,
	query: string,
	limit: number
): Promise<OrganisationView[]> {
	const { ids } = await organisationSearch.find(db, query, { limit });
	return (await rowsInOrder(db, ids)).map(view);
}

/**
 * The public list: by words, by kind, or those that published something.
 * @param address the caller's IP address; only its hash is kept, for as long as the limit counts
 * @throws Invalid invalid_cursor; TooMany
 */
export async function directory(
	{ who, db }: Context,
	{
		query = '',
		kind = null,
		cursor = null,
		address
	}: { query?: string; kind?: OrganisationKind | null; cursor?: string | null; address: string }
): Promise<{ items: DirectoryItem[]; nextCursor: string | null }> {
	const isMember = who.kind === 'member';
	await consume(db, 'organisation-list', isMember ? who.id : hashed(address), isMember ? searches : visits);
	const words = searchText(query.slice(0, 80));
	const page = words
		? await organisationSearch.find(db, query, { limit: perPage, kind, cursor })
		: await listed(db, kind, cursor);
	return { items: await itemsOf(db, page.ids), nextCursor: page.nextCursor };
}

/**
 * @param address its id, `<kind>-<code>` as in addressOf(), or a code that only one organisation has
 * @throws NotFound
 */
export async function page({ who, db }: Context, address: string): Promise<OrganisationPage> {
	const id = await idAt(db, address);
	const row =
		id && (await db.selectFrom('organisations').selectAll().where('id', '=', id).executeTakeFirst());
	if (!row) throw new NotFound();
	const [people, names, predecessors, successor, registry, comparable] = await Promise.all([
		activeMemberships(db)
			.select(['memberships.role'])
			.where('memberships.organisation_id', '=', row.id)
			.execute(),
		db
			.selectFrom('organisation_former_names')
			.select('name')
			.where('organisation_id', '=', row.id)
			.where('name', '!=', row.name)
			.orderBy('until', 'desc')
			.execute(),
		db
			.selectFrom('organisations')
			.select(['id', 'name', 'kind', 'code'])
			.where('succeeded_by', '=', row.id)
			.orderBy('name')
			.limit(100)
			.execute(),
		row.succeeded_by
			? db
					.selectFrom('organisations')
					.select(['id', 'name', 'kind', 'code'])
					.where('id', '=', row.succeeded_by)
					.executeTakeFirst()
			: undefined,
		db
			.selectFrom('reference_imports')
			.select('imported_at')
			.where('name', '=', 'registry')
			.executeTakeFirst(),
		comparableIds(db, row).then((ids) => itemsOf(db, ids))
	]);
	const thing = { id: row.id, isDemo: row.is_demo };
	return {
		...view(row),
		address: addressOf(row),
		code: row.code,
		siren: row.siren,
		departmentName: row.department_name,
		regionName: row.region_name,
		countryCode: row.country_code,
		stratum: row.stratum_from === null ? null : { from: row.stratum_from, to: row.stratum_to },
		source: row.edition
			? { kind: 'registry', edition: row.edition, loadedAt: registry?.imported_at ?? row.created_at }
			: { kind: 'added', addedAt: row.created_at },
		endedOn: row.ended_on,
		successor: successor ? { name: successor.name, address: addressOf(successor) } : null,
		predecessors: predecessors.map((one) => ({ id: one.id, name: one.name, address: addressOf(one) })),
		formerNames: names.map(({ name }) => name),
		people: people.length,
		hasReferent: people.some(({ role }) => role === 'referent'),
		comparable,
		may: {
			join: row.ended_on === null && can(who, 'join.open', thing),
			seeMembers: can(who, 'organisation.members', thing),
			invite: row.ended_on === null && can(who, 'member.invite', thing)
		}
	};
}

/**
 * Beside the registry: an association, a State body, a foreign authority, a company.
 * @throws Forbidden, Invalid, Conflict organisation_exists {id}, TooMany
 */
export async function add(
	context: Context,
	input: { name: string; kind: string; countryCode?: string | null; siren?: string | null }
): Promise<{ address: string; id: string }> {
	const { who, db } = context;
	authorize(who, 'organisation.create', null);
	const name = requireText(input.name, 'name', { least: 2, most: 200 }).replace(/\s+/g, ' ');
	const kind = addedKinds.find((known) => known === input.kind);
	if (!kind) throw new Invalid('kind_empty');
	const siren = input.siren?.replace(/\s/g, '') || null;
	if (siren !== null && !/^\d{9}$/.test(siren)) throw new Invalid('siren_invalid');
	const countryCode = input.countryCode || null;
	const country =
		countryCode === null ||
		(await db.selectFrom('countries').select('code').where('code', '=', countryCode).executeTakeFirst());
	if (!country) throw new Invalid('countryCode_unknown');
	if (kind === 'foreign_authority' && (countryCode === null || countryCode === 'FR'))
		throw new Invalid('countryCode_empty');

	return transact(context, async (trx) => {
		await takeTurn(trx, who);
		await consume(trx, 'organisation-add', who.id, additions);
		// One at a time, so that two people who add the same find each other.
		await sql`select pg_advisory_xact_lock(hashtext('passerelle.organisations'))`.execute(trx);
		const same = await trx
			.selectFrom('organisations')
			.select(['id', 'kind', 'code'])
			.where('search_text', '=', searchText(name))
			.where('kind', '=', kind)
			.where('is_demo', '=', who.isDemo)
			.$if(countryCode !== null, (one) => one.where('country_code', '=', countryCode))
			.executeTakeFirst();
		if (same) throw new Conflict('organisation_exists', { address: addressOf(same) });
		const row = await trx
			.insertInto('organisations')
			.values({
				name,
				kind,
				siren,
				country_code: countryCode,
				search_text: searchText(name),
				added_by: who.id,
				is_demo: who.isDemo
			})
			.returning(['id', 'kind', 'code'])
			.executeTakeFirstOrThrow();
		await record(trx, context, 'organisation.added', { organisationId: row.id, kind }, who.isDemo);
		return { id: row.id, address: addressOf(row) };
	});
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

/** Memberships that count: not ended, not suspended, nor is their member. */
export function activeMemberships(db: Kysely<Database>) {
	return db
		.selectFrom('memberships')
		.innerJoin('members', 'members.id', 'memberships.member_id')
		.where('memberships.ended_at', 'is', null)
		.where('memberships.suspended_at', 'is', null)
		.where('members.suspended_at', 'is', null);
}

async function idAt(db: Kysely<Database>, address: string): Promise<string | undefined> {
	if (isUuid(address)) return address;
	const match = /^(?:([a-z-]+)-)?([0-9A-Za-z]{2,9})$/.exec(address);
	if (!match) return undefined;
	const kind = match[1] && Object.entries(kindSlugs).find(([, slug]) => slug === match[1])?.[0];
	if (match[1] && !kind) return undefined;
	const rows = await db
		.selectFrom('organisations')
		.select('id')
		.where('code', '=', match[2]!.toUpperCase())
		.$if(Boolean(kind), (one) => one.where('kind', '=', kind as OrganisationKind))
		.limit(2)
		.execute();
	return rows.length === 1 ? rows[0]!.id : undefined;
}

async function listed(
	db: Kysely<Database>,
	kind: OrganisationKind | null,
	cursor: string | null
): Promise<organisationSearch.Page> {
	const largest = sql<number>`coalesce(population, -1)`;
	let query = db
		.selectFrom('organisations')
		.select(['id', largest.as('population')])
		.where('ended_on', 'is', null)
		.orderBy(largest, 'desc')
		.orderBy('id', 'desc')
		.limit(perPage + 1);
	query = kind
		? query.where('kind', '=', kind)
		: query.where((eb) =>
				eb.exists(
					eb
						.selectFrom('case_organisations')
						.innerJoin('case_versions', 'case_versions.case_id', 'case_organisations.case_id')
						.select('case_organisations.case_id')
						.whereRef('case_organisations.organisation_id', '=', 'organisations.id')
				)
			);
	if (cursor) {
		const [population, id] = Buffer.from(cursor.slice(0, 200), 'base64url').toString().split('|');
		if (!isUuid(id) || !/^-?\d{1,9}$/.test(population ?? '')) throw new Invalid('invalid_cursor');
		query = query.where(sql<boolean>`(${largest}, id) < (${Number(population)}::integer, ${id}::uuid)`);
	}
	const rows = await query.execute();
	const last = rows.length > perPage ? rows[perPage - 1] : undefined;
	return {
		ids: rows.slice(0, perPage).map(({ id }) => id),
		nextCursor: last ? Buffer.from(`${last.population}|${last.id}`).toString('base64url') : null
	};
}

const comparableShown = 8;

async function comparableIds(
	db: Kysely<Database>,
	row: Pick<
		Selectable<OrganisationsTable>,
		'id' | 'kind' | 'stratum_from' | 'population' | 'is_demo' | 'edition' | 'ended_on'
	>
): Promise<string[]> {
	if (row.edition === null || row.ended_on !== null) return [];
	const alike = db
		.selectFrom('organisations')
		.select('organisations.id')
		.where('kind', '=', row.kind)
		.where('stratum_from', row.stratum_from === null ? 'is' : '=', row.stratum_from)
		.where('ended_on', 'is', null)
		.where('edition', 'is not', null)
		.where('organisations.id', '!=', row.id);
	const distance = sql`abs(coalesce(population, 0) - ${row.population ?? 0}::integer)`;
	const writers = await alike
		.where('organisations.id', 'in', (eb) =>
			eb
				.selectFrom('case_organisations')
				.innerJoin('case_versions', 'case_versions.case_id', 'case_organisations.case_id')
				.select('organisation_id')
		)
		.orderBy(distance)
		.orderBy('id')
		.limit(comparableShown)
		.execute();
	const found = writers.map(({ id }) => id);
	if (found.length >= comparableShown) return found;
	// The nearest above and the nearest below, each read from the index.
	const population = row.population ?? 0;
	const above = alike.where('population', '>=', population).orderBy('population').orderBy('id');
	const below = alike.where('population', '<', population).orderBy('population', 'desc').orderBy('id');
	const near = await Promise.all(
		[above, below].map((side) =>
			side
				.select('population')
				.limit(comparableShown * 2)
				.execute()
		)
	);
	const rest = near
		.flat()
		.sort((a, b) => Math.abs(a.population! - population) - Math.abs(b.population! - population))
		.map(({ id }) => id);
	return [...new Set([...found, ...rest])].slice(0, comparableShown);
}

async function rowsInOrder(db: Kysely<Database>, ids: string[]) {
	if (ids.length === 0) return [];
	const rows = await db
		.selectFrom('organisations')
		.select([...viewColumns, 'organisations.code'])
		.where('id', 'in', ids)
		.execute();
	const byId = new Map(rows.map((row) => [row.id, row]));
	return ids.flatMap((id) => byId.get(id) ?? []);
}

async function itemsOf(db: Kysely<Database>, ids: string[]): Promise<DirectoryItem[]> {
	const rows = await rowsInOrder(db, ids);
	if (rows.length === 0) return [];
	const counted = await db
		.selectFrom('case_organisations')
		.select(['organisation_id', sql<number>`count(*)::int`.as('count')])
		.where('organisation_id', 'in', ids)
		.where((eb) =>
			eb.exists(
				eb
					.selectFrom('case_versions')
					.select('case_versions.id')
					.whereRef('case_versions.case_id', '=', 'case_organisations.case_id')
			)
		)
		.groupBy('organisation_id')
		.execute();
	const counts = new Map(counted.map((row) => [row.organisation_id, row.count]));
	return rows.map((row) => ({
		...view(row),
		address: addressOf(row),
		publishedCases: counts.get(row.id) ?? 0
	}));
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
