/** Rebuilds a document from its snapshot and log, away from the sockets. Pure computation: it knows no database. */
import { parentPort } from 'node:worker_threads';
import * as Y from 'yjs';

export interface FoldQuestion {
	id: number;
	snapshot: Uint8Array | null;
	updates: Uint8Array[];
}
/** snapshot is null when the log cannot be folded; problem says why. */
export type FoldAnswer = { id: number; snapshot: Uint8Array | null; problem: string | null };

parentPort?.on('message', (question: FoldQuestion) => {
	const { id } = question;
	try {
		const snapshot = fold(question);
		parentPort!.postMessage({ id, snapshot, problem: null } satisfies FoldAnswer, [
			snapshot.buffer as ArrayBuffer
		]);
	} catch (error) {
		parentPort!.postMessage({
			id,
			snapshot: null,
			problem: error instanceof Error ? error.message : String(error)
		} satisfies FoldAnswer);
	}
});

/** @throws Error when something is missing, or the result does not read back as the same document */
function fold({ snapshot, updates }: FoldQuestion): Uint8Array {
	const doc = new Y.Doc();
	// One transaction, and not mergeUpdates(): on a long log that takes minutes and keeps what was deleted.
	doc.transact(() => {
		if (snapshot) Y.applyUpdate(doc, snapshot);
		for (const update of updates) Y.applyUpdate(doc, update);
	});
	if (doc.store.pendingStructs || doc.store.pendingDs) throw new Error('an update is missing from the log');
	const folded = Y.encodeStateAsUpdate(doc);

	const again = new Y.Doc();
	Y.applyUpdate(again, folded);
	const isSame =
		!again.store.pendingStructs &&
		!again.store.pendingDs &&
		Y.equalSnapshots(Y.snapshot(doc), Y.snapshot(again)) &&
		Buffer.compare(Y.encodeStateAsUpdate(again), folded) === 0;
	if (!isSame) throw new Error('the snapshot does not read back as the same document');
	// A buffer of its own, so that it can be given away.
	return folded.byteLength === folded.buffer.byteLength ? folded : folded.slice();
}
