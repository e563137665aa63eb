/**
 * The copy of one shared document that this device keeps. What is typed quickly is written together, at most a blink
 * later: the first change of a pause at once, those that follow it in one transaction, and all of it before the page goes.
 */
import * as Y from 'yjs';
import { factsStore, pendingKey, readCopy, remove, updatesStore, type Found } from './copy-storage.ts';

/** Changes that follow each other more quickly than this are written together. */
const together_ms = 300;
/** After a write that failed: only the whole text makes a copy to rely on again. */
const rewrite_ms = 15_000;
/** A device whose disk does not answer must not keep its owner from writing. */
const read_ms = 3_000;
/** More than this, and they become one. */
const updatesMost = 300;

export interface LocalCopyOptions {
	/** The device keeps no copy any more (a full disk, a copy wiped from another tab), or does again. */
	onKept(kept: boolean): void;
}

export class LocalCopy {
	/** Words of an earlier visit never reached the server. */
	readonly hadPending: boolean;
	readonly #name: string;
	readonly #doc: Y.Doc;
	readonly #database: IDBDatabase;
	readonly #options: LocalCopyOptions;
	readonly #release: (() => void)[] = [];
	#updates: Uint8Array[] = [];
	#pending: boolean | null = null;
	#count: number;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#rewriteTimer: ReturnType<typeof setTimeout> | undefined;
	#writtenAt = 0;
	#isBroken = false;
	#isClosed = false;

	/**
	 * Reads the copy into the document, and keeps it from then on.
	 * @returns null when this device keeps nothing: a private window, a full disk, a browser told not to
	 */
	static async open(name: string, doc: Y.Doc, options: LocalCopyOptions): Promise<LocalCopy | null> {
		let isLate = false;
		const late = new Promise<null>((resolve) =>
			setTimeout(() => {
				isLate = true;
				resolve(null);
			}, read_ms)
		);
		const read = readCopy(name).then((found) => {
			if (isLate) found.database.close();
			return found;
		});
		const found = await Promise.race([read, late]).catch(() => null);
		return found && new LocalCopy(name, doc, found, options);
	}

	private constructor(name: string, doc: Y.Doc, found: Found, options: LocalCopyOptions) {
		this.#name = name;
		this.#doc = doc;
		this.#database = found.database;
		this.#options = options;
		this.#count = found.updates.length;
		this.hadPending = found.isPending;
		apply(doc, found.updates, this);
		this.#listen();
	}

	/** Whether words here may be missing from the server. Written with the words themselves. */
	setPending(isPending: boolean): void {
		this.#pending = isPending;
		this.#writeSoon();
	}

	/** Writes now what waits. */
	flush(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (this.#isClosed || this.#isBroken || (this.#updates.length === 0 && this.#pending === null)) return;
		const updates = this.#updates;
		const isPending = this.#pending;
		this.#updates = [];
		this.#pending = null;
		this.#writtenAt = Date.now();
		this.#write((copy, facts) => {
			if (this.#count + updates.length > updatesMost) {
				copy.clear();
				copy.add(Y.encodeStateAsUpdate(this.#doc));
				this.#count = 1;
			} else if (updates.length > 0) {
				copy.add(updates.length === 1 ? updates[0] : Y.mergeUpdates(updates));
				this.#count++;
			}
			if (isPending !== null) facts.put(isPending ? 1 : 0, pendingKey);
		});
	}

	/** Writes what waits, then lets go. */
	close(): void {
		if (this.#isClosed) return;
		this.flush();
		this.#letGo();
	}

	/** Forgets everything. */
	async wipe(): Promise<void> {
		this.#letGo();
		await remove(this.#name);
	}

	#letGo(): void {
		this.#isClosed = true;
		clearTimeout(this.#timer);
		clearTimeout(this.#rewriteTimer);
		for (const release of this.#release) release();
		// What is being written is written first.
		this.#database.close();
	}

	#listen(): void {
		const onUpdate = (update: Uint8Array, origin: unknown) => {
			if (origin === this) return;
			this.#updates.push(update);
			this.#writeSoon();
		};
		const onHide = () => this.flush();
		const onVisibility = () => document.visibilityState === 'hidden' && this.flush();
		this.#doc.on('update', onUpdate);
		addEventListener('beforeunload', onHide);
		addEventListener('pagehide', onHide);
		document.addEventListener('visibilitychange', onVisibility);
		this.#release.push(() => {
			this.#doc.off('update', onUpdate);
			removeEventListener('beforeunload', onHide);
			removeEventListener('pagehide', onHide);
			document.removeEventListener('visibilitychange', onVisibility);
		});
		this.#database.onclose = this.#database.onversionchange = () => {
			this.#letGo();
			this.#options.onKept(false);
		};
	}

	#writeSoon(): void {
		if (this.#isClosed || this.#isBroken) return;
		const wait_ms = this.#writtenAt + together_ms - Date.now();
		// In a round of its own: a change made of several transactions is one write.
		this.#timer ??= setTimeout(() => this.flush(), Math.max(0, wait_ms));
	}

	#write(work: (updates: IDBObjectStore, facts: IDBObjectStore) => void, onDone?: () => void): void {
		try {
			const transaction = this.#database.transaction([updatesStore, factsStore], 'readwrite');
			transaction.oncomplete = () => onDone?.();
			transaction.onabort = () => this.#broken();
			work(transaction.objectStore(updatesStore), transaction.objectStore(factsStore));
			// Said, and not left to be noticed later: a page that goes away then takes nothing back.
			transaction.commit();
		} catch {
			this.#broken();
		}
	}

	#broken(): void {
		if (this.#isClosed) return;
		this.#isBroken = true;
		this.#options.onKept(false);
		clearTimeout(this.#rewriteTimer);
		this.#rewriteTimer = setTimeout(() => {
			this.#updates = [];
			this.#write(
				(copy) => {
					copy.clear();
					copy.add(Y.encodeStateAsUpdate(this.#doc));
					this.#count = 1;
				},
				() => {
					this.#isBroken = false;
					this.#options.onKept(true);
					this.#writeSoon();
				}
			);
		}, rewrite_ms);
	}
}

/** What a copy says, without keeping it open. @throws when it cannot be read */
export async function peek(name: string): Promise<{ doc: Y.Doc; isPending: boolean }> {
	const { database, updates, isPending } = await readCopy(name);
	database.close();
	const doc = new Y.Doc();
	apply(doc, updates, null);
	return { doc, isPending };
}

function apply(doc: Y.Doc, updates: Uint8Array[], origin: unknown): void {
	Y.transact(
		doc,
		() => {
			for (const update of updates) Y.applyUpdate(doc, update);
		},
		origin,
		false
	);
}
