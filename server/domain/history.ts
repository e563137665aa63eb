/** The history of a case being written: its versions, who changed what and when, and the way back. */
import { sql, type Kysely } from 'kysely';
import * as Y from 'yjs';
import { versionNameCharacters } from '#lib/contract/cases.ts';
import { toContent } from '#lib/document/content.ts';
import { partKeys, partOf, type PartKey } from '#lib/document/template.ts';
import { can } from '../access.ts';
import type { Context } from '../context.ts';
import type { Database, LiveVersionKind } from '../database/tables.ts';
import { Conflict, Invalid, NotFound } from '../errors.ts';
import { record, transact } from '../events.ts';
import { attribute, type WhoseCharacter } from './attribution.ts';
import { authorizeInState, findReadableCase, type CaseRow } from './case-rows.ts';
import { compareContents, type PartDifference } from './compare.ts';
import * as documents from './documents.ts';
import { isUuid, requireText } from './input.ts';
import { keep, longestCommit_ms, open } from './live-versions.ts';
import { restoreText } from './restore-text.ts';
import { labelsIn } from './reviews.ts';
import { takeTurn } from './turns.ts';

export interface Version {
	id: string;
	kind: LiveVersionKind;
	/** The name, the round or the number, as the kind has it. */
	label: string | null;
	/** null for what was kept by itself, or by somebody who left. */
	byName: string | null;
	at: Date;
}

/** What one person did without a pause of ten minutes. */
export interface Session {
	byId: string | null;
	byName: string | null;
	from: Date;
	to: Date;
	/** In the order of the template; empty when only the server knows what it was. */
	parts: PartKey[];
	isRestoration: boolean;
	/** The text before it and after it, for compare(). */
	before: Point;
	after: Point;
}

/** 'now', the id of a version, or `e` and the number of an update: the text once that update was in. */
export type Point = string;

export interface Comparison {
	from: Moment;
	to: Moment;
	parts: AttributedDifference[];
}
export interface AttributedDifference extends PartDifference {
	/** Who changed this part in between; none when the log no longer says. */
	authors: Author[];
}
export interface Author {
	id: string;
	name: string;
}
export interface Moment {
	point: Point;
	/** null for 'now' and for a moment between versions. */
	version: Version | null;
	/** null before anything was written. */
	at: Date | null;
}

const pause_ms = 10 * 60_000;
export const versionsShown = 200;
const updatesRead = 10_000;
const namedMost = 300;

/** Newest first. @throws NotFound */
export async function versions(context: Context, reference: string): Promise<Version[]> {
	const found = await findWritten(context, reference);
	const lineage = await documents.lineage(context.db, found.documentId);
	return versionRows(context.db, lineage).limit(versionsShown).execute();
}

/**
 * Who changed what, and when; newest first.
 * @param before the number of an update: only what is older
 * @throws NotFound
 */
export async function timeline(
	context: Context,
	reference: string,
	{ before }: { before?: number } = {}
): Promise<{ sessions: Session[]; older: number | null }> {
	const { db } = context;
	const { documentId } = await findWritten(context, reference);
	const doc = await documents.load(db, documentId);
	const last = before ?? Number.MAX_SAFE_INTEGER;
	const { rows } = await sql<{
		seq: number;
		member_id: string | null;
		name: string | null;
		data: Uint8Array;
		created_at: Date;
	}>`
		select seq, member_id, members.name, data, updates.created_at from (
			select seq, member_id, data, created_at from live_updates
			where document_id = ${documentId}::uuid and seq < ${last}
			union all
			select seq, member_id, data, created_at from live_update_archive
			where document_id = ${documentId}::uuid and seq < ${last}
		) as updates
		left join members on members.id = updates.member_id
		order by seq desc limit ${updatesRead}`.execute(db);
	const restorations = await db
		.selectFrom('live_versions')
		.select(['created_by', 'created_at'])
		.where('document_id', '=', documentId)
		.where('kind', '=', 'before_restore')
		.execute();
	// One transaction wrote both, at one moment.
	const restored = new Set(restorations.map((row) => `${row.created_by} ${row.created_at.getTime()}`));

	const places = new Places(doc);
	const open = new Map<string | null, Session & { touched: Set<PartKey> }>();
	const sessions: (Session & { touched: Set<PartKey> })[] = [];
	for (const row of rows.toReversed()) {
		const isRestoration = restored.has(`${row.member_id} ${row.created_at.getTime()}`);
		let session = open.get(row.member_id);
		if (
			!session ||
			isRestoration ||
			session.isRestoration ||
			row.created_at.getTime() - session.to.getTime() > pause_ms
		) {
			session = {
				byId: row.member_id,
				byName: row.name,
				from: row.created_at,
				to: row.created_at,
				parts: [],
				touched: new Set(),
				isRestoration,
				before: `e${row.seq - 1}`,
				after: `e${row.seq}`
			};
			open.set(row.member_id, session);
			sessions.push(session);
		}
		if (row.created_at > session.to) session.to = row.created_at;
		session.after = `e${row.seq}`;
		for (const part of places.touchedBy(row.data)) session.touched.add(part);
	}
	doc.destroy();
	return {
		sessions: sessions
			.map(({ touched, ...session }) => ({ ...session, parts: partKeys.filter((part) => touched.has(part)) }))
			.sort((a, b) => b.to.getTime() - a.to.getTime()),
		older: rows.length === updatesRead ? rows.at(-1)!.seq : null
	};
}

/** @throws NotFound, also for a moment that retention has let go */
export async function compare(
	context: Context,
	reference: string,
	points: { from: Point; to: Point }
): Promise<Comparison> {
	const { db } = context;
	const found = await findWritten(context, reference);
	const before = await textAt(db, found.documentId, points.from);
	const after = await textAt(db, found.documentId, points.to);
	const labels = await labelsIn(db, context.who.kind === 'member' ? context.who.locale : found.language);
	const differences = compareContents(
		toContent(before.doc, found.language),
		toContent(after.doc, found.language),
		labels
	);
	const { byPart, removedBy } = await authorsBetween(db, found.documentId, before, after.moment);
	const writers = await writersOf(db, found.documentId);
	const parts = attribute(
		differences,
		{ doc: before.doc, removedBy },
		{ doc: after.doc, writtenBy: ({ client }) => writers.get(client)?.id }
	).map((difference) => ({
		...difference,
		authors: difference.isChanged ? withWriters(byPart.get(difference.part) ?? [], difference, writers) : []
	}));
	before.doc.destroy();
	after.doc.destroy();
	return { from: before.moment, to: after.moment, parts };
}

/** By client id. */
async function writersOf(db: Kysely<Database>, documentId: string): Promise<Map<number, Author>> {
	const rows = await db
		.selectFrom('live_clients')
		.innerJoin('members', 'members.id', 'live_clients.member_id')
		.select(['live_clients.client_id', 'members.id', 'members.name'])
		.where('live_clients.document_id', 'in', await documents.lineage(db, documentId))
		.execute();
	return new Map(rows.map(({ client_id, id, name }) => [Number(client_id), { id, name }]));
}

/** Somebody whose words are in it and whom the log does not name any more is an author all the same. */
function withWriters(authors: Author[], { lines }: PartDifference, writers: Map<number, Author>): Author[] {
	const named = new Set(lines.flatMap(({ pieces }) => pieces.flatMap(({ by }) => by ?? [])));
	for (const { id } of authors) named.delete(id);
	const others = new Map([...writers.values()].map((author) => [author.id, author]));
	return [...authors, ...[...named].flatMap((id) => others.get(id) ?? [])];
}

/** By part, in the order of their first change there; and who took away what. */
async function authorsBetween(
	db: Kysely<Database>,
	documentId: string,
	from: { doc: Y.Doc; moment: Moment },
	to: Moment
): Promise<{ byPart: Map<PartKey, Author[]>; removedBy: WhoseCharacter }> {
	const seqOf = ({ point }: Moment) => /^e(\d{1,15})$/.exec(point)?.[1];
	const [first, last] = [seqOf(from.moment), seqOf(to)];
	const { rows } = await sql<{ member_id: string; name: string; data: Uint8Array }>`
		select member_id, members.name, data from (
			select seq, member_id, data, created_at from live_updates where document_id = ${documentId}::uuid
			union all
			select seq, member_id, data, created_at from live_update_archive where document_id = ${documentId}::uuid
		) as updates
		join members on members.id = updates.member_id
		where ${first === undefined ? sql`updates.created_at > ${from.moment.at ?? new Date(0)}` : sql`seq > ${Number(first)}`}
			and ${
				last !== undefined
					? sql`seq <= ${Number(last)}`
					: to.point === 'now'
						? sql`true`
						: sql`updates.created_at <= ${to.at}`
			}
		order by seq limit ${updatesRead}`.execute(db);
	// The earlier text still has what was deleted since, and says where it was.
	const places = new Places(from.doc);
	const byPart = new Map<PartKey, Author[]>();
	const removals = new Map<number, { clock: number; end: number; by: string }[]>();
	for (const { member_id: id, name, data } of rows) {
		for (const part of places.touchedBy(data)) {
			const known = byPart.get(part) ?? [];
			byPart.set(part, known);
			if (!known.some((author) => author.id === id)) known.push({ id, name });
		}
		for (const [client, ranges] of Y.decodeUpdate(data).ds.clients) {
			const own = removals.get(client) ?? [];
			removals.set(client, own);
			for (const { clock, len } of ranges) own.push({ clock, end: clock + len, by: id });
		}
	}
	const removedBy = ({ client, clock }: Y.ID) =>
		removals.get(client)?.find((range) => range.clock <= clock && clock < range.end)?.by;
	return { byPart, removedBy };
}

/**
 * Keeps the text as it is now under a name.
 * @throws NotFound, Forbidden, Conflict state_changed; Invalid label_empty, label_too_long, versions_full
 */
export async function nameVersion(
	context: Context,
	reference: string,
	input: { label: string }
): Promise<{ id: string }> {
	const { who } = context;
	return transact(context, async (trx) => {
		if (who.kind === 'member') await takeTurn(trx, who);
		const found = await findWritten({ who, db: trx }, reference, { lock: true });
		authorizeInState(who, 'case.write', found.thing);
		const label = requireText(input.label, 'label', { most: versionNameCharacters });
		const { count } = await trx
			.selectFrom('live_versions')
			.select((eb) => eb.fn.countAll<number>().as('count'))
			.where('document_id', '=', found.documentId)
			.where('kind', '=', 'named')
			.executeTakeFirstOrThrow();
		if (Number(count) >= namedMost) throw new Invalid('versions_full', { most: namedMost });
		const doc = await documents.load(trx, found.documentId);
		const id = await keep(trx, {
			documentId: found.documentId,
			doc,
			documentKind: 'case',
			kind: 'named',
			label,
			createdBy: who.id
		});
		await record(trx, context, 'case.version_named', { caseId: found.id, versionId: id }, found.thing.isDemo);
		return { id };
	});
}

/**
 * Makes the text, or one part of it, say again what a version says: an edit like any other, after what was written since
 * and not instead of it, so that whoever was away merges into it. What it replaces is kept as a version first.
 * @throws NotFound, Forbidden; Conflict state_changed, document_frozen
 * @returns isChanged false when it says so already
 */
export async function restore(
	context: Context,
	reference: string,
	input: { versionId: string; part: PartKey | null }
): Promise<{ isChanged: boolean }> {
	const { who } = context;
	return transact(context, async (trx, announce) => {
		if (who.kind === 'member') await takeTurn(trx, who);
		const found = await findWritten({ who, db: trx }, reference, { lock: true });
		authorizeInState(who, 'case.write', found.thing);
		const { documentId } = found;
		const { state } = await findVersion(trx, documentId, input.versionId);
		if ((await documents.lock(trx, documentId)).isFrozen) throw new Conflict('document_frozen');

		const doc = await documents.load(trx, documentId);
		const before = Y.encodeStateAsUpdate(doc);
		const updates: Uint8Array[] = [];
		doc.on('update', (update: Uint8Array) => updates.push(update));
		const target = open(state);
		restoreText(doc, target, input.part);
		target.destroy();
		if (updates.length === 0) return { isChanged: false };

		await keep(trx, {
			documentId,
			doc: open(before),
			documentKind: 'case',
			kind: 'before_restore',
			createdBy: who.id
		});
		await trx
			.insertInto('live_clients')
			.values({ document_id: documentId, client_id: doc.clientID, member_id: who.id })
			.execute();
		await trx
			.insertInto('live_updates')
			.values({ document_id: documentId, member_id: who.id, data: Y.mergeUpdates(updates) })
			.execute();
		await record(
			trx,
			context,
			'case.restored',
			{ caseId: found.id, versionId: input.versionId, part: input.part },
			found.thing.isDemo
		);
		announce('document.edited', { documentId });
		announce('document.committed', { documentId });
		return { isChanged: true };
	});
}

/**
 * Everything that is known of the text of a case, to be kept elsewhere: bytes are Yjs updates in base64.
 * @throws NotFound
 */
export async function exported(context: Context, reference: string): Promise<documents.DocumentExport> {
	const found = await findWritten(context, reference);
	return documents.exported(context.db, found.documentId);
}

/** @throws NotFound unless this person may look at the text being written */
async function findWritten(
	{ who, db }: Pick<Context, 'who' | 'db'>,
	reference: string,
	options?: { lock: boolean }
): Promise<CaseRow> {
	const found = await findReadableCase(db, who, reference, options);
	if (!can(who, 'case.readDraft', found.thing)) throw new NotFound();
	return found;
}

/** Versions read alone: those of a text that was made anew are versions of the new one. */
function versionRows(db: Kysely<Database>, documentIds: string[]) {
	return db
		.selectFrom('live_versions')
		.leftJoin('members', 'members.id', 'live_versions.created_by')
		.select([
			'live_versions.id',
			'live_versions.kind',
			'live_versions.label',
			'members.name as byName',
			'live_versions.created_at as at'
		])
		.where('live_versions.document_id', 'in', documentIds)
		.orderBy('live_versions.created_at', 'desc')
		.orderBy('live_versions.id');
}

async function findVersion(db: Kysely<Database>, documentId: string, id: string) {
	if (!isUuid(id)) throw new NotFound();
	const version = await versionRows(db, await documents.lineage(db, documentId))
		.select('live_versions.state')
		.where('live_versions.id', '=', id)
		.executeTakeFirst();
	if (!version) throw new NotFound();
	return version;
}

export async function textAt(
	db: Kysely<Database>,
	documentId: string,
	point: Point
): Promise<{ doc: Y.Doc; moment: Moment }> {
	if (point === 'now')
		return {
			doc: await documents.load(db, documentId),
			moment: { point, version: null, at: new Date() }
		};
	const seq = /^e(\d{1,15})$/.exec(point)?.[1];
	if (seq === undefined) {
		const { state, ...version } = await findVersion(db, documentId, point);
		return { doc: open(state), moment: { point, version, at: version.at } };
	}
	return textOnceIn(db, documentId, Number(seq));
}

/** A version that ended well before, and the updates since: a history may be long. */
async function textOnceIn(db: Kysely<Database>, documentId: string, seq: number) {
	const updates = sql`(
		select seq, data, created_at from live_updates where document_id = ${documentId}::uuid
		union all
		select seq, data, created_at from live_update_archive where document_id = ${documentId}::uuid
	) as updates`;
	const newest = await sql<{ at: Date }>`
		select created_at as at from ${updates} where seq <= ${seq} order by seq desc limit 1`.execute(db);
	const at = newest.rows[0]?.at;
	const base = await db
		.selectFrom('live_versions')
		.select(['state', 'created_at'])
		.where('document_id', '=', documentId)
		.where('created_at', '<', at ? new Date(at.getTime() - longestCommit_ms) : new Date(0))
		.orderBy('created_at', 'desc')
		.limit(1)
		.executeTakeFirst();
	if (!base) {
		const pruned = await db
			.selectFrom('live_versions')
			.select('id')
			.where('document_id', '=', documentId)
			.where('base_at', 'is not', null)
			.executeTakeFirst();
		if (pruned) throw new NotFound();
	}
	const since = new Date(base ? base.created_at.getTime() - longestCommit_ms : 0);
	const { rows } = await sql<{ seq: number; data: Uint8Array }>`
		select seq, data from ${updates} where seq <= ${seq} and created_at >= ${since} order by seq`.execute(db);
	const doc = documents.build({ snapshot: base?.state ?? null, rows });
	return { doc, moment: { point: `e${seq}`, version: null, at: at ?? null } };
}

interface Stretch {
	start: number;
	end: number;
	part: PartKey;
}

/** Which part of the text an update touches. Most items say only after which other one they come. */
class Places {
	readonly #doc: Y.Doc;
	/** By client, in the order of the clocks: also what was forgotten since. */
	readonly #known = new Map<number, Stretch[]>();

	constructor(doc: Y.Doc) {
		this.#doc = doc;
	}

	touchedBy(update: Uint8Array): Set<PartKey> {
		const touched = new Set<PartKey>();
		const { structs, ds } = Y.decodeUpdate(update);
		for (const struct of structs) {
			if (!(struct instanceof Y.Item)) continue;
			const part = this.#partOfItem(struct);
			if (!part) continue;
			touched.add(part);
			this.#learn(struct, part);
		}
		for (const [client, ranges] of ds.clients)
			for (const { clock, len } of ranges) {
				// The first and the last stand for all: a selection that is deleted lies in one part.
				for (const end of [clock, clock + len - 1]) {
					const part = this.#partOfId({ client, clock: end });
					if (part) touched.add(part);
				}
			}
		return touched;
	}

	#partOfItem({ parent, parentSub, origin, rightOrigin }: Y.Item): PartKey | undefined {
		const named: unknown = parent;
		if (typeof named === 'string') return partOf(named, parentSub);
		const neighbour = named instanceof Y.ID ? named : (origin ?? rightOrigin);
		return neighbour ? this.#partOfId(neighbour) : undefined;
	}

	#learn({ id, length }: Y.Item, part: PartKey): void {
		const own = this.#known.get(id.client) ?? [];
		this.#known.set(id.client, own);
		const last = own.at(-1);
		const end = id.clock + length;
		if (last?.part === part && last.end === id.clock) last.end = end;
		else if (!last || last.end <= id.clock) own.push({ start: id.clock, end, part });
	}

	#partOfId({ client, clock }: { client: number; clock: number }): PartKey | undefined {
		const own = this.#known.get(client) ?? [];
		let low = 0;
		let high = own.length - 1;
		while (low <= high) {
			const middle = (low + high) >> 1;
			const { start, end, part } = own[middle]!;
			if (clock < start) high = middle - 1;
			else if (clock >= end) low = middle + 1;
			else return part;
		}
		return this.#partInDocument(client, clock);
	}

	#partInDocument(client: number, clock: number): PartKey | undefined {
		if (clock >= Y.getState(this.#doc.store, client)) return undefined;
		const structs = this.#doc.store.clients.get(client);
		const item = structs?.[Y.findIndexSS(structs, clock)];
		if (!(item instanceof Y.Item)) return undefined;
		let key = item.parentSub;
		let type = item.parent as Y.AbstractType<unknown> | null;
		while (type?._item) {
			key = type._item.parentSub;
			type = type._item.parent as Y.AbstractType<unknown> | null;
		}
		return type ? partOf(Y.findRootTypeKey(type), key) : undefined;
	}
}
