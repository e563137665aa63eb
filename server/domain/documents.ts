/** Live documents: who may open one, and the text the database holds for it. */
import { sql, type Kysely } from 'kysely';
import * as Y from 'yjs';
import { can } from '../access.ts';
import type { Context } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { NotFound } from '../errors.ts';
import { findCase } from './case-rows.ts';
import { isUuid } from './input.ts';

export type DocumentKind = 'case' | 'bench';

export interface Stored {
	kind: DocumentKind;
	snapshot: Uint8Array | null;
	/** Rows not folded into the snapshot yet, oldest first. */
	rows: { seq: number; data: Uint8Array }[];
}

/** @throws NotFound when there is no such document, or this person may not read it: both look the same */
export async function access(
	context: Context,
	documentId: string
): Promise<{ kind: DocumentKind; canWrite: boolean }> {
	if (!isUuid(documentId)) throw new NotFound();
	const document = await context.db
		.selectFrom('live_documents')
		.select(['kind', 'frozen_at'])
		.where('id', '=', documentId)
		.executeTakeFirst();
	if (!document) throw new NotFound();
	if (document.kind === 'bench') {
		if (!can(context.who, 'bench.write', { kind: 'bench' })) throw new NotFound();
		return { kind: 'bench', canWrite: document.frozen_at === null };
	}
	const found = await findCase(context.db, { documentId });
	if (!found || !can(context.who, 'case.readDraft', found.thing)) throw new NotFound();
	return {
		kind: 'case',
		canWrite: document.frozen_at === null && can(context.who, 'case.write', found.thing)
	};
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
	return id;
}

/**
 * Snapshot and log in ONE statement: between two, a compaction could move rows out of the log
 * after the snapshot without them was read.
 */
export async function read(db: Kysely<Database>, documentId: string): Promise<Stored | undefined> {
	const { rows } = await sql<{ kind: DocumentKind | null; seq: number; data: Uint8Array | null }>`
		select kind, 0::bigint as seq, snapshot as data from live_documents where id = ${documentId}::uuid
		union all
		select null, seq, data from live_updates where document_id = ${documentId}::uuid
		order by seq`.execute(db);
	const [head, ...log] = rows;
	if (!head?.kind) return undefined;
	return {
		kind: head.kind,
		snapshot: head.data,
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
