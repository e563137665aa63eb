/** Versions of live documents: whole states, kept beside the log, that read alone whatever becomes of it. */
import { createHash } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import * as Y from 'yjs';
import { rootsOf } from '#lib/document/template.ts';
import type { Database, LiveVersionKind } from '../database/tables.ts';
import { build, read, type DocumentKind } from './documents.ts';

export interface NewVersion {
	documentId: string;
	doc: Y.Doc;
	documentKind: DocumentKind;
	kind: LiveVersionKind;
	label?: string;
	/** null for what the platform keeps by itself. */
	createdBy: string | null;
}

/** A text at rest is kept after this long. */
const quiet_ms = 10 * 60_000;
/** One that is written without a pause, this often. */
const busy_ms = 30 * 60_000;
const day_ms = 24 * 3600_000;
/** Older automatic versions: the last of each day. */
const thinAfter_ms = 30 * day_ms;
/** Older still: the last of each month. */
const thinMoreAfter_ms = 365 * day_ms;
/** Who wrote each word stays known this long at least. */
const archive_ms = 90 * day_ms;
/** A commit that began this long ago has ended. */
export const longestCommit_ms = 60_000;

/** Returns the id of the version. */
export async function keep(trx: Kysely<Database>, version: NewVersion): Promise<string> {
	const { id } = await trx
		.insertInto('live_versions')
		.values({
			document_id: version.documentId,
			kind: version.kind,
			label: version.label ?? null,
			state: Y.encodeStateAsUpdate(version.doc),
			text_hash: textHash(version.doc, version.documentKind),
			created_by: version.createdBy
		})
		.returning('id')
		.executeTakeFirstOrThrow();
	return id;
}

/** @throws Error when the bytes are not a whole state */
export function open(state: Uint8Array): Y.Doc {
	const doc = new Y.Doc();
	Y.applyUpdate(doc, state);
	if (doc.store.pendingStructs || doc.store.pendingDs) throw new Error('a state has holes');
	return doc;
}

/**
 * SHA-256 of what a document says, in hexadecimal: words, shapes and facts, however they were typed, merged or folded.
 * It does not depend on what the screens make of them, so that an old version keeps its hash under a newer template.
 */
export function textHash(doc: Y.Doc, kind: DocumentKind): string {
	const said = Object.keys(rootsOf[kind])
		.sort()
		.map((name) => [name, rootText(doc, name, rootsOf[kind][name]!)] as const)
		.filter(([, text]) => text !== '[]' && text !== '{}');
	return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}

function rootText(doc: Y.Doc, name: string, kind: 'text' | 'map' | 'xml'): string {
	if (kind === 'text') return JSON.stringify(runsOf(doc.getText(name)));
	if (kind === 'map') return sortedJson(doc.getMap(name).toJSON());
	return `[${doc.getXmlFragment(name).toArray().map(nodeText).join(',')}]`;
}

/** A node with everything in it, the same text for the same content. */
export function nodeText(node: unknown): string {
	if (node instanceof Y.XmlText) return sortedJson(runsOf(node));
	if (!(node instanceof Y.XmlElement)) return 'null';
	const children = node.toArray().map(nodeText).join(',');
	return `{${JSON.stringify(node.nodeName)}:${sortedJson(node.getAttributes())},"in":[${children}]}`;
}

export interface Run {
	text: string;
	attributes: Record<string, unknown>;
}

/** Neighbours that are formatted alike are one run, so that the way they were typed leaves no trace. */
export function runsOf(text: Y.Text): Run[] {
	const runs: Run[] = [];
	for (const { insert, attributes = {} } of text.toDelta() as {
		insert: unknown;
		attributes?: Record<string, unknown>;
	}[]) {
		if (typeof insert !== 'string') continue;
		const last = runs.at(-1);
		if (last && sortedJson(last.attributes) === sortedJson(attributes)) last.text += insert;
		else runs.push({ text: insert, attributes });
	}
	return runs;
}

export function sortedJson(value: unknown): string {
	return JSON.stringify(value, (_key, inner: unknown) =>
		typeof inner === 'object' && inner !== null && !Array.isArray(inner)
			? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
			: inner
	);
}

/**
 * Keeps a version of every case that was written since its last one, and is now at rest or has been written for long.
 * Called now and then: no edit waits for it.
 * @param seen kept by the caller from one call to the next: what was looked at and says what its last version says
 * @returns how many were kept
 */
export async function keepAutomatic(
	db: Kysely<Database>,
	{ now = Date.now(), seen = new Map<string, number>() } = {}
): Promise<number> {
	const { rows } = await sql<{ id: string; changed_at: Date; kept_at: Date; hash: string | null }>`
		select document.id, written.changed_at, coalesce(last.created_at, document.created_at) as kept_at, last.text_hash as hash
		from live_documents as document
		cross join lateral (
			select max(created_at) as changed_at from (
				(select created_at from live_updates where document_id = document.id order by seq desc limit 1)
				union all
				(select created_at from live_update_archive where document_id = document.id order by seq desc limit 1)
			) as newest
		) as written
		left join lateral (
			select created_at, text_hash from live_versions where document_id = document.id
			order by created_at desc limit 1
		) as last on true
		where document.kind = 'case' and written.changed_at is not null
			-- The moment of an update is that of the beginning of its commit, which a version may not have seen end.
			and (last.created_at is null
				or written.changed_at > last.created_at - ${longestCommit_ms} * interval '1 millisecond')`.execute(db);
	let kept = 0;
	for (const { id, changed_at, kept_at, hash } of rows) {
		const isDue = now - changed_at.getTime() >= quiet_ms || now - kept_at.getTime() >= busy_ms;
		if (!isDue || seen.get(id) === changed_at.getTime()) continue;
		const stored = await read(db, id);
		if (!stored) continue;
		const doc = build(stored);
		seen.set(id, changed_at.getTime());
		if (textHash(doc, stored.kind) === hash || doc.store.pendingStructs || doc.store.pendingDs) continue;
		await keep(db, { documentId: id, doc, documentKind: stored.kind, kind: 'automatic', createdBy: null });
		kept++;
	}
	return kept;
}

/**
 * Forgets what nobody will miss: most of the old automatic versions, and the old log of what a kept version holds.
 * Names, submissions and publications stay for ever.
 */
export async function forgetOld(
	db: Kysely<Database>,
	now = Date.now()
): Promise<{ versions: number; updates: number }> {
	const { numAffectedRows } = await sql`
		with dated as (
			select id, base_at, row_number() over (
				partition by document_id,
					case when created_at < ${new Date(now - thinMoreAfter_ms)} then date_trunc('month', created_at)
						else date_trunc('day', created_at) end
				order by created_at desc, id
			) as rank
			from live_versions
			where kind in ('automatic', 'before_restore') and created_at < ${new Date(now - thinAfter_ms)}
		)
		delete from live_versions using dated
		where live_versions.id = dated.id and dated.rank > 1 and dated.base_at is null`.execute(db);

	const before = new Date(now - archive_ms);
	const { rows } = await sql<{ document_id: string; version_id: string }>`
		select old.document_id, version.id as version_id
		from (select distinct document_id from live_update_archive where created_at < ${before}) as old
		cross join lateral (
			select id from live_versions where document_id = old.document_id and created_at < ${before}
			order by created_at desc limit 1
		) as version`.execute(db);
	let updates = 0;
	for (const row of rows)
		updates += await db
			.transaction()
			.execute((trx) => forgetHeld(trx, row.document_id, row.version_id, before));
	return { versions: Number(numAffectedRows ?? 0), updates };
}

/** The rows that this version holds, letter for letter and deletion for deletion; the others stay. */
async function forgetHeld(trx: Kysely<Database>, documentId: string, versionId: string, before: Date) {
	const versions = await trx
		.selectFrom('live_versions')
		.select(['id', 'state'])
		.where('document_id', '=', documentId)
		.where((eb) => eb.or([eb('id', '=', versionId), eb('base_at', 'is not', null)]))
		.forUpdate()
		.execute();
	const base = versions.find(({ id }) => id === versionId);
	if (!base) return 0;
	const doc = open(base.state);
	// Whatever an earlier base stands for must be in this one.
	if (!versions.every(({ state }) => holds(doc, state))) return 0;
	const rows = await trx
		.selectFrom('live_update_archive')
		.select(['seq', 'data'])
		.where('document_id', '=', documentId)
		.where('created_at', '<', before)
		.execute();
	const held = rows.filter(({ data }) => holds(doc, data)).map(({ seq }) => seq);
	doc.destroy();
	if (held.length === 0) return 0;
	await sql`
		delete from live_update_archive
		where document_id = ${documentId}::uuid and seq = any(${`{${held.join(',')}}`}::bigint[])`.execute(trx);
	await trx
		.updateTable('live_versions')
		.set({ base_at: sql<Date | null>`case when id = ${versionId}::uuid then coalesce(base_at, now()) end` })
		.where('document_id', '=', documentId)
		.execute();
	return held.length;
}

/** Whether the document has every word and every deletion of the update. */
export function holds(doc: Y.Doc, update: Uint8Array): boolean {
	const { structs, ds } = Y.decodeUpdate(update);
	if (
		structs.some(
			(struct) =>
				!(struct instanceof Y.Skip) &&
				struct.id.clock + struct.length > Y.getState(doc.store, struct.id.client)
		)
	)
		return false;
	for (const [client, ranges] of ds.clients) {
		const known = doc.store.clients.get(client);
		if (!known) return false;
		for (const { clock, len } of ranges) {
			if (clock + len > Y.getState(doc.store, client)) return false;
			for (let index = Y.findIndexSS(known, clock); index < known.length; index++) {
				const struct = known[index]!;
				if (struct.id.clock >= clock + len) break;
				if (!struct.deleted) return false;
			}
		}
	}
	return true;
}
