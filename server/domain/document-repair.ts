/** What an operator does with a live document that may be damaged. No permission is asked: the database is theirs. */
import { sql, type Kysely } from 'kysely';
import * as Y from 'yjs';
import { writableStates } from '#lib/contract/cases.ts';
import { rootsOf } from '#lib/document/template.ts';
import type { Bus } from '../bus/bus.ts';
import type { Database } from '../database/tables.ts';
import { Conflict, NotFound } from '../errors.ts';
import { findCase } from './case-rows.ts';
import {
	build,
	create,
	freeze,
	history,
	lock,
	read,
	requireSchema,
	unfreeze,
	type Stored
} from './documents.ts';
import { isUuid } from './input.ts';
import { keep, open, textHash } from './live-versions.ts';
import { restoreText } from './restore-text.ts';

interface Place {
	db: Kysely<Database>;
	bus: Bus;
}

export interface Verification {
	documentId: string;
	folded: number;
	notFolded: number;
	versions: number;
	/** SHA-256 of what the text says. */
	textHash: string | null;
	/** A sentence each; none when everything agrees. */
	problems: string[];
}

/** The document of a case, or the one of this id. @throws NotFound */
export async function find(db: Kysely<Database>, name: string): Promise<string> {
	const by = isUuid(name) ? { documentId: name } : { reference: name };
	const found = await findCase(db, by);
	if (found) return found.documentId;
	if (!isUuid(name)) throw new NotFound();
	const { id } = await db
		.selectFrom('live_documents')
		.select('id')
		.where('id', '=', name)
		.executeTakeFirstOrThrow(() => new NotFound());
	return id;
}

/**
 * Builds the text twice, from the snapshot and from the whole history, and reads every version again.
 * Changes nothing. @throws NotFound
 */
export async function verify(db: Kysely<Database>, documentId: string): Promise<Verification> {
	// One moment for all of it: a compaction moves rows from one table to another.
	return db
		.transaction()
		.setIsolationLevel('repeatable read')
		.execute(async (trx) => {
			const problems: string[] = [];
			const stored = await read(trx, documentId);
			if (!stored) throw new NotFound();
			const updates = await history(trx, documentId);
			for (const { seq, data } of updates)
				attempt(problems, `update ${seq} cannot be read`, () => Y.decodeUpdate(data));

			const versions = await trx
				.selectFrom('live_versions')
				.select(['id', 'kind', 'state', 'text_hash', 'base_at'])
				.where('document_id', '=', documentId)
				.orderBy('created_at')
				.execute();
			const base = versions.findLast(({ base_at }) => base_at !== null);
			const present = attempt(problems, 'the text cannot be built from its snapshot', () => build(stored));
			const replayed = attempt(problems, 'the text cannot be built from its history', () =>
				build({ snapshot: base?.state ?? null, rows: updates })
			);
			if (present) problems.push(...holes(present, 'the snapshot and the log'));
			if (replayed) problems.push(...holes(replayed, 'the history'));
			if (present && replayed) {
				if (textHash(present, stored.kind) !== textHash(replayed, stored.kind))
					problems.push('the snapshot and the history do not say the same');
				if (!sameVector(present, replayed))
					problems.push('the snapshot and the history do not hold the same updates');
			}

			for (const { id, kind, state, text_hash } of versions) {
				const doc = attempt(problems, `version ${id} (${kind}) cannot be read`, () => open(state));
				if (!doc) continue;
				if (textHash(doc, stored.kind) !== text_hash)
					problems.push(`version ${id} (${kind}) does not say what it said when it was kept`);
				if (replayed && !isPast(doc, replayed))
					problems.push(`version ${id} (${kind}) holds words that the history has not`);
				doc.destroy();
			}
			return {
				documentId,
				folded: updates.filter(({ folded }) => folded).length,
				notFolded: stored.rows.length,
				versions: versions.length,
				textHash: present ? textHash(present, stored.kind) : null,
				problems
			};
		});
}

/**
 * Writes the snapshot anew from the history. What it said is kept as a version, if it can still be read.
 * @returns whether that changed the text
 * @throws NotFound; Conflict not_frozen: people must be out; Conflict history_broken when the history is no better
 */
export async function rebuild({ db, bus }: Place, documentId: string): Promise<{ isChanged: boolean }> {
	const result = await db.transaction().execute(async (trx) => {
		const { isFrozen } = await lock(trx, documentId);
		if (!isFrozen) throw new Conflict('not_frozen');
		const stored = (await read(trx, documentId))!;
		const updates = await history(trx, documentId);
		const base = await trx
			.selectFrom('live_versions')
			.select('state')
			.where('document_id', '=', documentId)
			.where('base_at', 'is not', null)
			.orderBy('created_at', 'desc')
			.limit(1)
			.executeTakeFirst();
		const rebuilt = readable(base?.state ?? null, updates);
		const folded = readable(
			base?.state ?? null,
			updates.filter((update) => update.folded)
		);
		if (!rebuilt || !folded) throw new Conflict('history_broken');
		const present = readable(stored.snapshot, stored.rows);
		const isChanged =
			!present ||
			!sameVector(present, rebuilt) ||
			textHash(present, stored.kind) !== textHash(rebuilt, stored.kind);
		if (present && isChanged)
			await keep(trx, {
				documentId,
				doc: present,
				documentKind: stored.kind,
				kind: 'before_restore',
				createdBy: null
			});
		await trx
			.updateTable('live_documents')
			.set({ snapshot: Y.encodeStateAsUpdate(folded), compacted_at: sql<Date>`now()` })
			.where('id', '=', documentId)
			.execute();
		return { isChanged };
	});
	bus.publish('document.edited', { documentId });
	bus.publish('document.committed', { documentId });
	return result;
}

/**
 * Puts a new document in the place of a frozen one, with the same content and nothing of its past: whatever a browser
 * still holds of the old one is never merged into it. The old one stays, frozen, with its history; its versions count as
 * the new one's, which is frozen too.
 * @returns the id of the new document
 * @throws NotFound; Conflict not_frozen, document_replaced; Conflict text_unreadable: rebuild it, or restore a backup
 */
export async function replace({ db, bus }: Place, documentId: string): Promise<string> {
	const newId = await db.transaction().execute(async (trx) => {
		await findCase(trx, { documentId }, { lock: true });
		const { isFrozen } = await lock(trx, documentId);
		const { replaced_by, is_demo, schema_version } = await trx
			.selectFrom('live_documents')
			.select(['replaced_by', 'is_demo', 'schema_version'])
			.where('id', '=', documentId)
			.executeTakeFirstOrThrow();
		if (replaced_by !== null) throw new Conflict('document_replaced');
		if (!isFrozen) throw new Conflict('not_frozen');
		const stored = (await read(trx, documentId))!;
		const old = readable(stored.snapshot, stored.rows);
		if (!old) throw new Conflict('text_unreadable');

		const fresh = new Y.Doc();
		if (stored.kind === 'case') restoreText(fresh, old, null);
		else
			for (const root of Object.keys(rootsOf.bench))
				fresh.getText(root).insert(0, old.getText(root).toJSON());
		if (textHash(fresh, stored.kind) !== textHash(old, stored.kind))
			throw new Error('the new document does not say what the old one says');
		await keep(trx, {
			documentId,
			doc: old,
			documentKind: stored.kind,
			kind: 'before_restore',
			createdBy: null
		});
		const id = await create(trx, stored.kind, { isDemo: is_demo, state: Y.encodeStateAsUpdate(fresh) });
		await requireSchema(trx, id, schema_version);
		await freeze(trx, id);
		await trx
			.updateTable('live_documents')
			.set({ replaced_by: id, replaced_at: sql<Date>`now()` })
			.where('id', '=', documentId)
			.execute();
		await trx.updateTable('cases').set({ document_id: id }).where('document_id', '=', documentId).execute();
		return id;
	});
	bus.publish('document.access', { documentId });
	bus.publish('document.committed', { documentId: newId });
	return newId;
}

/** Nobody writes there until it is unfrozen; everybody may still read. @throws NotFound */
export async function hold({ db, bus }: Place, documentId: string): Promise<void> {
	await db.transaction().execute(async (trx) => {
		await lock(trx, documentId);
		await freeze(trx, documentId);
	});
	bus.publish('document.access', { documentId });
}

/** @throws NotFound; Conflict state_changed when the case is where nobody writes, document_replaced */
export async function release({ db, bus }: Place, documentId: string): Promise<void> {
	await db.transaction().execute(async (trx) => {
		const found = await findCase(trx, { documentId }, { lock: true });
		if (found && !writableStates.includes(found.thing.state))
			throw new Conflict('state_changed', { state: found.thing.state });
		await lock(trx, documentId);
		const { replaced_by } = await trx
			.selectFrom('live_documents')
			.select('replaced_by')
			.where('id', '=', documentId)
			.executeTakeFirstOrThrow();
		if (replaced_by !== null) throw new Conflict('document_replaced');
		await unfreeze(trx, documentId);
	});
	bus.publish('document.access', { documentId });
}

function attempt<T>(problems: string[], sentence: string, work: () => T): T | undefined {
	try {
		return work();
	} catch (error) {
		problems.push(`${sentence}: ${error instanceof Error ? error.message : String(error)}`);
		return undefined;
	}
}

function readable(snapshot: Uint8Array | null, rows: Stored['rows']): Y.Doc | undefined {
	const doc = attempt([], '', () => build({ snapshot, rows }));
	return doc && holes(doc, '').length === 0 ? doc : undefined;
}

function holes(doc: Y.Doc, what: string): string[] {
	return doc.store.pendingStructs || doc.store.pendingDs ? [`an update is missing from ${what}`] : [];
}

function sameVector(one: Y.Doc, other: Y.Doc): boolean {
	return isPast(one, other) && isPast(other, one);
}

function isPast(past: Y.Doc, doc: Y.Doc): boolean {
	for (const client of past.store.clients.keys())
		if (Y.getState(past.store, client) > Y.getState(doc.store, client)) return false;
	return true;
}
