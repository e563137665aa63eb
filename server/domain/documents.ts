/** Live documents: who may open one, and the text the database holds for it. */
import { sql, type Kysely } from 'kysely';
import * as Y from 'yjs';
import type { PartKey } from '#lib/document/template.ts';
import { can } from '../access.ts';
import type { Context } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { Conflict, NotFound } from '../errors.ts';
import { findCase, writableParts } from './case-rows.ts';
import { isUuid } from './input.ts';

export type DocumentKind = 'case' | 'bench';

export interface Stored {
	kind: DocumentKind;
	snapshot: Uint8Array | null;
	/** Changes each time rows are folded into the snapshot. */
	snapshotStamp: string | null;
	/** Rows not folded into the snapshot yet, oldest first. */
	rows: { seq: number; data: Uint8Array }[];
}

export interface Access {
	kind: DocumentKind;
	canWrite: boolean;
	/** What they may write in; null stands for all of the text. */
	parts: PartKey[] | null;
	/** The newest shape of texts somebody wrote there with. */
	schema: number;
}

/**
 * @throws NotFound when there is no such document, or this person may not read it: both look the same;
 * Conflict document_replaced, to whoever may read what came in its place
 */
export async function access(context: Context, documentId: string): Promise<Access> {
	if (!isUuid(documentId)) throw new NotFound();
	const document = await context.db
		.selectFrom('live_documents')
		.select(['kind', 'frozen_at', 'replaced_by', 'schema_version'])
		.where('id', '=', documentId)
		.executeTakeFirst();
	if (!document) throw new NotFound();
	if (document.replaced_by !== null) {
		await access(context, document.replaced_by);
		throw new Conflict('document_replaced');
	}
	if (document.kind === 'bench') {
		if (!can(context.who, 'bench.write', { kind: 'bench' })) throw new NotFound();
		return {
			kind: 'bench',
			canWrite: document.frozen_at === null,
			parts: null,
			schema: document.schema_version
		};
	}
	const found = await findCase(context.db, { documentId });
	if (!found || !can(context.who, 'case.readDraft', found.thing)) throw new NotFound();
	const parts = writableParts(context.who, found.thing);
	const canWrite = document.frozen_at === null && (parts === null || parts.length > 0);
	return { kind: 'case', canWrite, parts: canWrite ? parts : null, schema: document.schema_version };
}

/** Nobody with an editor older than this opens it any more. */
export async function requireSchema(
	db: Kysely<Database>,
	documentId: string,
	version: number
): Promise<void> {
	await db
		.updateTable('live_documents')
		.set({ schema_version: version })
		.where('id', '=', documentId)
		.where('schema_version', '<', version)
		.execute();
}

/** @param state a whole Yjs update to begin with; empty otherwise */
export async function create(
	trx: Kysely<Database>,
	kind: DocumentKind,
	{ isDemo, state }: { isDemo: boolean; state?: Uint8Array }
): Promise<string> {
	const { id } = await trx
		.insertInto('live_documents')
		.values({ kind, snapshot: state ?? null, is_demo: isDemo })
		.returning('id')
		.executeTakeFirstOrThrow();
	// What it begins with is the first line of its history.
	if (state)
		await trx
			.insertInto('live_update_archive')
			.values({ document_id: id, seq: 0, data: state, created_at: new Date() })
			.execute();
	return id;
}

/**
 * Snapshot and log in ONE statement: between two, a compaction could move rows out of the log
 * after the snapshot without them was read.
 * @param rowsMost of the log, oldest first: an update is always younger than those it builds on
 */
export async function read(
	db: Kysely<Database>,
	documentId: string,
	{ rowsMost = null }: { rowsMost?: number | null } = {}
): Promise<Stored | undefined> {
	const { rows } = await sql<{
		kind: DocumentKind | null;
		stamp: string | null;
		seq: number;
		data: Uint8Array | null;
	}>`
		select kind, compacted_at::text as stamp, 0::bigint as seq, snapshot as data
		from live_documents where id = ${documentId}::uuid
		union all
		(select null, null, seq, data from live_updates where document_id = ${documentId}::uuid
			order by seq limit ${rowsMost}::bigint)
		order by seq`.execute(db);
	const [head, ...log] = rows;
	if (!head?.kind) return undefined;
	return {
		kind: head.kind,
		snapshot: head.data,
		snapshotStamp: head.stamp,
		rows: log.map(({ seq, data }) => ({ seq, data: data! }))
	};
}

/** One transaction for everything: applied one by one, a long log costs many times as much. */
export function build({ snapshot, rows }: Pick<Stored, 'snapshot' | 'rows'>): Y.Doc {
	const doc = new Y.Doc();
	doc.transact(() => {
		if (snapshot) Y.applyUpdate(doc, snapshot);
		for (const { data } of rows) Y.applyUpdate(doc, data);
	});
	return doc;
}

/** @throws NotFound */
export async function load(db: Kysely<Database>, documentId: string): Promise<Y.Doc> {
	const stored = isUuid(documentId) ? await read(db, documentId) : undefined;
	if (!stored) throw new NotFound();
	return build(stored);
}

/**
 * What is committed is all there is, until the transaction ends: each commit takes this row FOR SHARE or comes later.
 * @returns whether the document is frozen
 * @throws NotFound
 */
export async function lock(trx: Kysely<Database>, documentId: string): Promise<{ isFrozen: boolean }> {
	const row = await trx
		.selectFrom('live_documents')
		.select('frozen_at')
		.where('id', '=', documentId)
		.forNoKeyUpdate()
		.executeTakeFirst();
	if (!row) throw new NotFound();
	return { isFrozen: row.frozen_at !== null };
}

/**
 * Nothing can be committed to the document afterwards: each commit holds this row FOR SHARE, which waits for the
 * update below or makes it wait. Callers announce 'document.access'.
 */
export async function freeze(trx: Kysely<Database>, documentId: string): Promise<void> {
	await trx
		.updateTable('live_documents')
		.set({ frozen_at: sql<Date>`coalesce(frozen_at, now())` })
		.where('id', '=', documentId)
		.execute();
}

/** Callers announce 'document.access'. */
export async function unfreeze(trx: Kysely<Database>, documentId: string): Promise<void> {
	await trx.updateTable('live_documents').set({ frozen_at: null }).where('id', '=', documentId).execute();
}

/** The document, then those it replaced, the newest first. */
export async function lineage(db: Kysely<Database>, documentId: string): Promise<string[]> {
	const { rows } = await sql<{ id: string }>`
		with recursive line (id, step) as (
			select ${documentId}::uuid, 0
			union all
			select old.id, step + 1 from live_documents as old join line on old.replaced_by = line.id
		)
		select id from line order by step`.execute(db);
	return rows.map(({ id }) => id);
}

/** Everything the database holds of a document, as plain JSON. Bytes are Yjs updates in base64. */
export interface DocumentExport {
	format: 'passerelle-document';
	formatVersion: 1;
	id: string;
	kind: DocumentKind;
	/** Of the case it is the text of. */
	reference: string | null;
	language: string | null;
	exportedAt: string;
	/** What snapshot and the updates that are not folded say together is the text. */
	snapshot: string | null;
	/** Oldest first. */
	updates: { seq: number; at: string; by: string | null; folded: boolean; data: string }[];
	/** Whole states. Oldest first. */
	versions: {
		id: string;
		kind: string;
		label: string | null;
		at: string;
		by: string | null;
		/** SHA-256 of what it says. */
		textHash: string;
		isBase: boolean;
		state: string;
	}[];
	/** Names of whoever is named above by id. */
	people: Record<string, string>;
}

/** @throws NotFound */
export async function exported(db: Kysely<Database>, documentId: string): Promise<DocumentExport> {
	if (!isUuid(documentId)) throw new NotFound();
	// One moment for all of it: a compaction moves rows from one table to another.
	return db
		.transaction()
		.setIsolationLevel('repeatable read')
		.execute(async (trx) => {
			const document = await trx
				.selectFrom('live_documents')
				.select(['id', 'kind', 'snapshot'])
				.where('id', '=', documentId)
				.executeTakeFirst();
			if (!document) throw new NotFound();
			const found = await findCase(trx, { documentId });
			const updates = await history(trx, documentId);
			const versions = await trx
				.selectFrom('live_versions')
				.selectAll()
				.where('document_id', '=', documentId)
				.orderBy('created_at')
				.orderBy('id')
				.execute();
			const people = await trx
				.selectFrom('members')
				.select(['id', 'name'])
				.where(
					'id',
					'in',
					sql<string>`(select member_id from live_clients where document_id = ${documentId}::uuid
						union select created_by from live_versions where document_id = ${documentId}::uuid
						union select member_id from live_updates where document_id = ${documentId}::uuid
						union select member_id from live_update_archive where document_id = ${documentId}::uuid)`
				)
				.execute();
			const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
			return {
				format: 'passerelle-document',
				formatVersion: 1,
				id: document.id,
				kind: document.kind,
				reference: found?.reference ?? null,
				language: found?.language ?? null,
				exportedAt: new Date().toISOString(),
				snapshot: document.snapshot && text(document.snapshot),
				updates: updates.map(({ seq, data, member_id, created_at, folded }) => ({
					seq,
					at: created_at.toISOString(),
					by: member_id,
					folded,
					data: text(data)
				})),
				versions: versions.map((version) => ({
					id: version.id,
					kind: version.kind,
					label: version.label,
					at: version.created_at.toISOString(),
					by: version.created_by,
					textHash: version.text_hash,
					isBase: version.base_at !== null,
					state: text(version.state)
				})),
				people: Object.fromEntries(people.map(({ id, name }) => [id, name]))
			};
		});
}

export interface HistoryRow {
	seq: number;
	member_id: string | null;
	data: Uint8Array;
	created_at: Date;
	/** In the snapshot already. */
	folded: boolean;
}

/** Every update that is still kept, oldest first. */
export async function history(db: Kysely<Database>, documentId: string): Promise<HistoryRow[]> {
	const { rows } = await sql<HistoryRow>`
		select seq, member_id, data, created_at, false as folded from live_updates
		where document_id = ${documentId}::uuid
		union all
		select seq, member_id, data, created_at, true from live_update_archive
		where document_id = ${documentId}::uuid
		order by seq`.execute(db);
	return rows;
}
