/**
 * Writers who may change some parts only. What an update changes is not read from its bytes, it is seen: each of theirs is
 * first applied to a shadow of the document, and Yjs tells which texts and which keys it touched.
 */
import * as Y from 'yjs';
import { partOf, type PartKey } from '#lib/document/template.ts';

export class Shadow {
	readonly #doc = new Y.Doc();

	constructor(doc: Y.Doc) {
		Y.applyUpdate(this.#doc, Y.encodeStateAsUpdate(doc));
	}

	/** What others wrote. */
	follow(update: Uint8Array): void {
		Y.applyUpdate(this.#doc, update);
	}

	/**
	 * Applies an update, and says whether it changed nothing outside these parts. When it did, the shadow is no longer
	 * what the document is: throw it away. @throws what Yjs throws
	 */
	staysWithin(update: Uint8Array, parts: ReadonlySet<PartKey>): boolean {
		let isWithin = true;
		const look = ({ changed }: Y.Transaction) => {
			for (const [type, keys] of changed)
				for (const key of keys) isWithin &&= isInside(type as Y.AbstractType<unknown>, key, parts);
		};
		this.#doc.on('beforeObserverCalls', look);
		try {
			Y.applyUpdate(this.#doc, update);
		} finally {
			this.#doc.off('beforeObserverCalls', look);
		}
		return isWithin && !this.#doc.store.pendingStructs && !this.#doc.store.pendingDs;
	}

	destroy(): void {
		this.#doc.destroy();
	}
}

/** @param key null for a change in a sequence */
function isInside(type: Y.AbstractType<unknown>, key: string | null, parts: ReadonlySet<PartKey>): boolean {
	let root = type;
	let rootKey = key;
	while (root._item) {
		rootKey = root._item.parentSub;
		root = root._item.parent as Y.AbstractType<unknown>;
	}
	const part = partOf(Y.findRootTypeKey(root), rootKey);
	return part !== undefined && parts.has(part);
}
