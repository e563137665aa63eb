/**
 * The journal: who did what and when, in ids. It only grows (the database refuses the rest), and every row is sealed into
 * a chain of hashes soon after its commit, so that a change made behind the application shows.
 */
import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { actKinds, kindOf, nounsOf, type ActKind } from '#lib/contract/journal.ts';
import { can, type EventThing } from '../access.ts';
import type { Context, Member } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { Invalid, NotFound } from '../errors.ts';
import { isUuid } from './input.ts';
import { sortedJson } from './live-versions.ts';

/** Of the chain's first link. */
const nothingBefore = '0'.repeat(64);
/** Sealers of other processes wait for their turn by going away. */
const sealing = 7_215_508_471;
const pageSize = 50;
const batch = 1000;
/** As the triggers have it. Demonstration rows may go whenever their demonstration does. */
const mayBeGone = sql<boolean>`(event_seals.of_demo or event_seals.happened_at < now() - interval '1 year')`;

interface StoredEvent {
	id: number;
	name: string;
	actorId: string | null;
	organisationId: string | null;
	data: Record<string, unknown>;
	isDemo: boolean;
	/** UTC, to the microsecond: a Date would lose them. */
	happenedAt: string;
}
interface Seal {
	sequence: number;
	eventId: number;
	happenedAt: string;
	ofDemo: boolean;
	/** SHA-256 of the event as JSON with sorted keys. */
	digest: string;
	/** The hash of the link before. */
	previous: string;
	/** SHA-256 of all of the above as JSON with sorted keys. */
	hash: string;
}

/**
 * Seals what was committed since the last time, in the order of their ids; one that commits late comes later in the chain.
 * No writer waits for it. Of several processes one works, the others find the lock taken.
 * @returns how many
 */
export async function seal(db: Kysely<Database>): Promise<number> {
	for (let sealed = 0; ;) {
		const count = await db.transaction().execute(sealBatch);
		sealed += count;
		if (count < batch) return sealed;
	}
}

async function sealBatch(trx: Kysely<Database>): Promise<number> {
	const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${sealing}) as mine`.execute(
		trx
	);
	if (!rows[0]!.mine) return 0;
	const events = (await selectEvents(trx)
		.innerJoin('unsealed_events', 'unsealed_events.event_id', 'events.id')
		.orderBy('events.id')
		.limit(batch)
		.execute()) as StoredEvent[];
	if (events.length === 0) return 0;
	const head = await headOf(trx);
	let { sequence, hash: previous } = head ?? { sequence: 0, hash: nothingBefore };
	const seals = events.map((event) => {
		const link = {
			sequence: ++sequence,
			eventId: event.id,
			happenedAt: event.happenedAt,
			ofDemo: event.isDemo,
			digest: digestOf(event),
			previous
		};
		previous = hashOf(link);
		return { ...link, hash: previous };
	});
	await trx
		.insertInto('event_seals')
		.values(
			seals.map(({ eventId, happenedAt, ofDemo, ...rest }) => ({
				...rest,
				event_id: eventId,
				happened_at: happenedAt,
				of_demo: ofDemo
			}))
		)
		.execute();
	await trx
		.deleteFrom('unsealed_events')
		.where(
			'event_id',
			'in',
			events.map(({ id }) => id)
		)
		.execute();
	return events.length;
}

export interface Head {
	sequence: number;
	hash: string;
}

/** The newest link. Written down elsewhere, it proves later that nothing before it was cut off or made anew. */
export async function headOf(db: Kysely<Database>): Promise<Head | null> {
	const row = await db
		.selectFrom('event_seals')
		.select(['sequence', 'hash'])
		.orderBy('sequence', 'desc')
		.limit(1)
		.executeTakeFirst();
	return row ?? null;
}

export interface Verification {
	head: Head | null;
	/** Sealed rows, and those of them that are gone as they may be. */
	sealed: number;
	gone: number;
	/** Committed a moment ago: no seal yet. */
	waiting: number;
	/** Where the chain or a row is not what it was; the first hundred. */
	problems: string[];
}

/**
 * Reads everything again, oldest first.
 * @param known links written down before, which must still be there
 */
export async function verify(db: Kysely<Database>, known: Head[] = []): Promise<Verification> {
	const problems: string[] = [];
	const report = (problem: string) => {
		if (problems.length < 100) problems.push(problem);
	};
	const expected = new Map(known.map(({ sequence, hash }) => [sequence, hash]));
	// The type is said twice, since the checker does not follow it through the loop.
	let head = null as Head | null;
	let sealed = 0;
	let gone = 0;
	for await (const { seal, event, mayGo } of links(db)) {
		const { hash, ...link } = seal;
		const at = `link ${seal.sequence} (event ${seal.eventId})`;
		if (seal.sequence !== (head?.sequence ?? 0) + 1)
			report(`${at}: links ${(head?.sequence ?? 0) + 1} to ${seal.sequence - 1} are missing`);
		else if (seal.previous !== (head?.hash ?? nothingBefore))
			report(`${at}: does not follow from the link before`);
		if (hashOf(link) !== hash) report(`${at}: the link was changed`);
		if (expected.has(seal.sequence) && expected.get(seal.sequence) !== hash)
			report(`${at}: is not the one that was written down`);
		expected.delete(seal.sequence);
		if (event === null) {
			gone++;
			if (!mayGo) report(`${at}: the event was removed`);
		} else if (digestOf(event) !== seal.digest) report(`${at}: the event was changed`);
		head = { sequence: seal.sequence, hash };
		sealed++;
	}
	for (const sequence of expected.keys()) report(`link ${sequence}: was written down, and is missing`);
	const unsealed = await db
		.selectFrom('events')
		.leftJoin('event_seals', 'event_seals.event_id', 'events.id')
		.leftJoin('unsealed_events', 'unsealed_events.event_id', 'events.id')
		.select(['events.id', 'unsealed_events.event_id as waiting'])
		.where('event_seals.sequence', 'is', null)
		.orderBy('events.id')
		.execute();
	for (const { id, waiting } of unsealed)
		if (waiting === null) report(`event ${id}: has no seal, and none is due`);
	return { head, sealed, gone, waiting: unsealed.filter((row) => row.waiting !== null).length, problems };
}

/** The whole journal with its seals, oldest first, one JSON document per line; what is not sealed yet comes at the end. */
export async function* exported(db: Kysely<Database>): AsyncGenerator<string> {
	for await (const { seal, event } of links(db)) yield JSON.stringify({ ...seal, event });
	const waiting = await selectEvents(db)
		.innerJoin('unsealed_events', 'unsealed_events.event_id', 'events.id')
		.orderBy('events.id')
		.execute();
	for (const event of waiting) yield JSON.stringify({ sequence: null, event });
}

async function* links(
	db: Kysely<Database>
): AsyncGenerator<{ seal: Seal; event: StoredEvent | null; mayGo: boolean }> {
	for (let after = 0; ;) {
		const rows = await selectEvents(db)
			.rightJoin('event_seals', 'event_seals.event_id', 'events.id')
			.select([
				'event_seals.sequence',
				'event_seals.event_id as eventId',
				microseconds('event_seals.happened_at').as('sealedMoment'),
				'event_seals.of_demo as ofDemo',
				'event_seals.digest',
				'event_seals.previous',
				'event_seals.hash',
				mayBeGone.as('mayGo')
			])
			.where('event_seals.sequence', '>', after)
			.orderBy('event_seals.sequence')
			.limit(batch)
			.execute();
		for (const row of rows) {
			const { sequence, eventId, sealedMoment, ofDemo, digest, previous, hash, mayGo, ...event } = row;
			after = sequence;
			yield {
				seal: { sequence, eventId, happenedAt: sealedMoment, ofDemo, digest, previous, hash },
				event: event.id === null ? null : (event as StoredEvent),
				mayGo
			};
		}
		if (rows.length < batch) return;
	}
}

const microseconds = (column: string) =>
	sql<string>`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

function selectEvents(db: Kysely<Database>) {
	return db
		.selectFrom('events')
		.select([
			'events.id',
			'events.name',
			'events.actor_id as actorId',
			'events.organisation_id as organisationId',
			'events.data',
			'events.is_demo as isDemo',
			microseconds('events.happened_at').as('happenedAt')
		]);
}

const sha256 = (value: unknown) => createHash('sha256').update(sortedJson(value)).digest('hex');
const digestOf = ({ id, name, actorId, organisationId, data, isDemo, happenedAt }: StoredEvent) =>
	sha256({ id, name, actorId, organisationId, data, isDemo, happenedAt });
const hashOf = (link: Omit<Seal, 'hash'>) => sha256(link);

/** Rows older than a year. Their seals stay. @returns how many */
export async function forgetOld(db: Kysely<Database>): Promise<number> {
	// Sealed first, whatever happened to the sealer: what was never sealed would leave no trace.
	const { numDeletedRows } = await db
		.deleteFrom('events')
		.where('happened_at', '<', sql<Date>`now() - interval '1 year'`)
		.where(({ exists, selectFrom }) =>
			exists(selectFrom('event_seals').select('sequence').whereRef('event_id', '=', 'events.id'))
		)
		.executeTakeFirst();
	return Number(numDeletedRows);
}

export interface ActView {
	id: number;
	name: string;
	kind: ActKind;
	/** ISO 8601, UTC. */
	happenedAt: string;
	/** 'platform': by itself, a command or a visitor; 'erased': somebody who has no account any more. */
	actor: { id: string; name: string } | 'platform' | 'erased';
	/** Whom it happened to, when that is somebody else. */
	member: { id: string; name: string } | 'erased' | null;
	organisationName: string | null;
	caseReference: string | null;
	isDemo: boolean;
	isMine: boolean;
}

export interface JournalFilter {
	cursor?: string;
	kind?: string;
	/** Days, 'YYYY-MM-DD', both included. */
	from?: string;
	to?: string;
	/** Part of a name. */
	person?: string;
}

/**
 * What this person may read of the journal, the latest first.
 * @throws NotFound to visitors; Invalid invalid_cursor, invalid_input
 */
export async function list(
	{ who, db }: Context,
	{ cursor, kind, from, to, person }: JournalFilter = {}
): Promise<{ items: ActView[]; nextCursor: string | null; scope: 'all' | 'some' | 'own' }> {
	if (who.kind !== 'member') throw new NotFound();
	let query = db
		.selectFrom('events')
		.leftJoin('members as actor', 'actor.id', 'events.actor_id')
		.leftJoin('organisations', 'organisations.id', 'events.organisation_id')
		.select([
			'events.id',
			'events.name',
			'events.happened_at',
			'events.actor_id',
			'events.is_demo',
			'events.data',
			'actor.name as actor_name',
			'organisations.name as organisation_name'
		])
		.where(readableBy(who));
	if (cursor) {
		if (!/^\d{1,15}$/.test(cursor)) throw new Invalid('invalid_cursor');
		query = query.where('events.id', '<', Number(cursor));
	}
	if (kind) {
		if (!isKind(kind)) throw new Invalid('invalid_input');
		query = query.where(ofKind(kind));
	}
	// The days of the pages, which show everybody the same clock.
	const day = sql`(events.happened_at at time zone 'Europe/Paris')::date`;
	if (from) query = query.where(sql<boolean>`${day} >= ${requireDay(from)}::date`);
	if (to) query = query.where(sql<boolean>`${day} <= ${requireDay(to)}::date`);
	const name = person?.trim().slice(0, 120);
	if (name) {
		const pattern = `%${name.replace(/[\\%_]/g, '\\$&')}%`;
		query = query.where(
			sql<boolean>`(actor.name ilike ${pattern} or events.data ->> 'memberId' in
				(select id::text from members where name ilike ${pattern}))`
		);
	}
	const rows = await query
		.orderBy('events.id', 'desc')
		.limit(pageSize + 1)
		.execute();
	const last = rows.length > pageSize ? rows[pageSize - 1] : undefined;
	const shown = rows.slice(0, pageSize);
	const ids = (key: string) => shown.map((row) => row.data[key]).filter(isUuid);
	const names = await namesOf(db, 'members', ids('memberId'));
	const references = await namesOf(db, 'cases', ids('caseId'));
	return {
		items: shown.map((row) => ({
			id: row.id,
			name: row.name,
			kind: kindOf(row.name),
			happenedAt: row.happened_at.toISOString(),
			actor: row.actor_id === null ? 'platform' : personOf(row.actor_id, row.actor_name),
			member:
				isUuid(row.data.memberId) && row.data.memberId !== row.actor_id
					? personOf(row.data.memberId, names.get(row.data.memberId))
					: null,
			organisationName: row.organisation_name,
			caseReference: references.get(String(row.data.caseId)) ?? null,
			isDemo: row.is_demo,
			isMine: row.actor_id === who.id
		})),
		nextCursor: last ? String(last.id) : null,
		scope: scopeOf(who)
	};
}

const personOf = (id: string, name: string | null | undefined) => (name ? { id, name } : ('erased' as const));

async function namesOf(
	db: Kysely<Database>,
	table: 'members' | 'cases',
	ids: string[]
): Promise<Map<string, string>> {
	if (ids.length === 0) return new Map();
	const rows =
		table === 'members'
			? await db.selectFrom('members').select(['id', 'name as word']).where('id', 'in', ids).execute()
			: await db.selectFrom('cases').select(['id', 'reference as word']).where('id', 'in', ids).execute();
	return new Map(rows.map(({ id, word }) => [id, word]));
}

/** 'journal.read' of the permission table, as SQL; a test asks both about every event. */
function readableBy(who: Member) {
	const everything: EventThing = {
		actorId: null,
		memberId: null,
		organisationId: null,
		kind: 'platform',
		isDemo: who.isDemo
	};
	const own = sql`events.actor_id = ${who.id}::uuid or events.data ->> 'memberId' = ${who.id}`;
	const world = who.isDemo ? sql`events.is_demo` : sql`true`;
	if (can(who, 'journal.read', everything)) return sql<boolean>`(${world})`;
	// A moderator of some themes reads what concerns their cases, one of all reads whatever the theme, or none.
	const themes = who.scopes?.moderator;
	const theme = sql`(select theme_slug from cases where cases.id::text = events.data ->> 'caseId')`;
	const inScope = themes ? sql`${theme} = any(${themes}::text[])` : sql`true`;
	const kinds = actKinds.filter((kind) =>
		can(who, 'journal.read', { ...everything, kind, theme: themes?.[0] })
	);
	const organisationIds = who.memberships
		.map(({ organisationId }) => organisationId)
		.filter((organisationId) => can(who, 'journal.read', { ...everything, organisationId }));
	return sql<boolean>`(${world} and (${own}
		or events.organisation_id::text = any(${organisationIds}::text[])
		or (split_part(events.name, '.', 1) = any(${kinds.flatMap(nounsOf)}::text[]) and ${inScope})))`;
}

function scopeOf(who: Member): 'all' | 'some' | 'own' {
	const thing: EventThing = {
		actorId: null,
		memberId: null,
		organisationId: null,
		kind: 'platform',
		isDemo: who.isDemo
	};
	if (can(who, 'journal.read', thing)) return 'all';
	const reads =
		actKinds.some((kind) =>
			can(who, 'journal.read', { ...thing, kind, theme: who.scopes?.moderator?.[0] })
		) || who.memberships.some(({ organisationId }) => can(who, 'journal.read', { ...thing, organisationId }));
	return reads ? 'some' : 'own';
}

const isKind = (kind: string): kind is ActKind => (actKinds as readonly string[]).includes(kind);

function ofKind(kind: ActKind) {
	const noun = sql`split_part(events.name, '.', 1)`;
	// The platform's are also those that nobody thought of.
	return kind === 'platform'
		? sql<boolean>`not ${noun} = any(${actKinds.filter((other) => other !== kind).flatMap(nounsOf)}::text[])`
		: sql<boolean>`${noun} = any(${nounsOf(kind)}::text[])`;
}

function requireDay(day: string): string {
	const moment = /^\d{4}-\d\d-\d\d$/.test(day) ? new Date(`${day}T00:00:00Z`) : null;
	// 30 February would be read as the first of March.
	if (!moment || Number.isNaN(moment.getTime()) || moment.toISOString().slice(0, 10) !== day)
		throw new Invalid('invalid_input');
	return day;
}
