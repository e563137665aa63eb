/**
 * What an update would do, known before it touches the document. Yjs itself trusts its peers: applied as it comes, a
 * hostile update can leave the document half changed, unreadable for ever, or waiting for words that never come.
 */
import * as Y from 'yjs';
import { rootsOf } from '#lib/document/template.ts';
import type { DocumentKind } from '../domain/documents.ts';
import type { Limits } from './limits.ts';

type Struct = Y.Item | Y.GC | Y.Skip;
type ContainerKind = 'text' | 'map' | 'xml' | 'element' | 'xmlText';

/** Where an item hangs. */
interface Slot {
	container: ContainerKind;
	depth: number;
	/** Under a key of a map or as an attribute, rather than in a sequence. */
	isKeyed: boolean;
}
/** Under something deleted and forgotten: Yjs keeps the length and drops the content. */
const gone = 'gone';
const inProgress = 'in progress';

export type Verdict =
	/** fresh: what the document does not have yet; clients: whose. */
	| { kind: 'fine'; clients: number[]; fresh: Y.Item[]; decoded: Decoded }
	/** It builds on something the document does not have. */
	| { kind: 'gap' }
	| { kind: 'refused'; reason: string };

export interface Decoded {
	structs: Struct[];
	deletions: Map<number, { clock: number; len: number }[]>;
}

class Refusal extends Error {}
class Gap extends Error {}

/** Never throws, never changes the document. */
export function inspect(doc: Y.Doc, kind: DocumentKind, update: Uint8Array, limits: Limits): Verdict {
	try {
		const { structs, ds } = Y.decodeUpdate(update);
		const decoded = { structs, deletions: ds.clients };
		return { kind: 'fine', ...check(doc, kind, decoded, limits), decoded };
	} catch (error) {
		if (error instanceof Gap) return { kind: 'gap' };
		return { kind: 'refused', reason: error instanceof Refusal ? error.message : 'undecodable' };
	}
}

/** Whether applying an update that was found fine would change anything. */
export function changes(doc: Y.Doc, { structs, deletions }: Decoded): boolean {
	if (structs.some((struct) => struct.id.clock + struct.length > Y.getState(doc.store, struct.id.client)))
		return true;
	for (const [client, ranges] of deletions) {
		const known = doc.store.clients.get(client) ?? [];
		for (const { clock, len } of ranges)
			for (let index = Y.findIndexSS(known, clock); index < known.length; index++) {
				const struct = known[index]!;
				if (struct.id.clock >= clock + len) break;
				if (!struct.deleted) return true;
			}
	}
	return false;
}

/**
 * What can be kept of an update whose past is partly unknown: the words its sender sees. The rest waits, invisible
 * there too, for a past nobody has. Null when nothing can.
 */
export function withoutGaps(doc: Y.Doc, update: Uint8Array): Uint8Array | null {
	const shadow = new Y.Doc();
	try {
		Y.applyUpdate(shadow, Y.encodeStateAsUpdate(doc));
		Y.applyUpdate(shadow, update);
		shadow.store.pendingStructs = null;
		shadow.store.pendingDs = null;
		return Y.encodeStateAsUpdate(shadow, Y.encodeStateVector(doc));
	} catch {
		return null;
	} finally {
		shadow.destroy();
	}
}

/**
 * Once applied, whether each item lies between the neighbours it names. One that does not reads differently after the
 * next load: the document would no longer be the same for everybody.
 */
export function isWellPlaced(doc: Y.Doc, fresh: Y.Item[], limits: Limits): boolean {
	let steps = limits.placementSteps;
	for (const { id, length, origin, rightOrigin } of fresh) {
		if (!origin && !rightOrigin) continue;
		const item = Y.getItem(doc.store, Y.createID(id.client, id.clock + length - 1)) as Y.Item | Y.GC;
		if (!(item instanceof Y.Item)) continue;
		if (origin && !leadsTo(item, 'left', origin)) return false;
		if (rightOrigin && !leadsTo(item, 'right', rightOrigin)) return false;
	}
	return true;

	function leadsTo(item: Y.Item, side: 'left' | 'right', { client, clock }: Y.ID): boolean {
		for (let next = item[side]; next; next = next[side]) {
			if (next.id.client === client && next.id.clock <= clock && clock < next.id.clock + next.length)
				return true;
			// A very long way is only found among honest people.
			if (--steps < 0) return true;
		}
		return false;
	}
}

function check(doc: Y.Doc, kind: DocumentKind, { structs, deletions }: Decoded, limits: Limits) {
	if (structs.length > limits.updateStructs) throw new Refusal('too many structs');
	const { ends, byClient } = checkClocks(doc, structs, limits);
	const stateOf = (client: number) => ends.get(client) ?? Y.getState(doc.store, client);
	checkDeletions(deletions, stateOf, limits);

	const slotOf = slotFinder(doc, kind, byClient, limits);
	const clients = new Set<number>();
	const fresh: Y.Item[] = [];
	for (const struct of structs) {
		// Also for what is known already: Yjs follows its references, and makes a root of any name it reads.
		if (struct instanceof Y.Item) {
			const parent: unknown = struct.parent;
			if (typeof parent === 'string' && !Object.hasOwn(rootsOf[kind], parent))
				throw new Refusal('unknown root');
			checkReferences(struct, stateOf);
		}
		if (struct.id.clock + struct.length <= Y.getState(doc.store, struct.id.client)) continue;
		clients.add(struct.id.client);
		if (!(struct instanceof Y.Item)) continue;
		fresh.push(struct);
		const slot = slotOf(struct);
		if (slot === gone) {
			if (struct.content.getRef() === contentRef.document) throw new Refusal('sub-document');
		} else checkContent(struct, slot, limits);
	}
	return { clients: [...clients], fresh };
}

/** Every client's structs in one block, without holes, from at most where the document stands. */
function checkClocks(doc: Y.Doc, structs: Struct[], limits: Limits) {
	const ends = new Map<number, number>();
	const byClient = new Map<number, Struct[]>();
	let current: Struct[] = [];
	let length = 0;
	let previous: Struct | undefined;
	for (const struct of structs) {
		const { client, clock } = struct.id;
		// A struct without length would break every later search among its neighbours.
		if (!(struct.length >= 1)) throw new Refusal('empty struct');
		if (struct instanceof Y.Skip) throw new Gap();
		const state = Y.getState(doc.store, client);
		if (previous?.id.client !== client) {
			if (byClient.has(client)) throw new Refusal('one client in two blocks');
			if (clock > state) throw new Gap();
			byClient.set(client, (current = []));
		} else if (clock !== previous.id.clock + previous.length) throw new Refusal('clocks out of order');
		current.push(struct);
		length += Math.max(0, clock + struct.length - Math.max(state, clock));
		if (length > limits.updateLength) throw new Refusal('too long');
		ends.set(client, Math.max(state, clock + struct.length));
		previous = struct;
	}
	return { ends, byClient };
}

function checkDeletions(
	deletions: Decoded['deletions'],
	stateOf: (client: number) => number,
	limits: Limits
): void {
	let count = 0;
	for (const [client, ranges] of deletions) {
		count += ranges.length;
		if (count > limits.updateDeletions) throw new Refusal('too many deletions');
		const state = stateOf(client);
		for (const { clock, len } of ranges) {
			if (!(len >= 1)) throw new Refusal('empty deletion');
			if (clock + len > state) throw new Gap();
		}
	}
}

/** What the item is attached to exists: in the document, or in this update, before the item when by the same client. */
function checkReferences(item: Y.Item, stateOf: (client: number) => number): void {
	const parent: unknown = item.parent;
	for (const id of [item.origin, item.rightOrigin, parent instanceof Y.ID ? parent : null]) {
		if (id === null) continue;
		if (id.client === item.id.client ? id.clock >= item.id.clock : id.clock >= stateOf(id.client)) {
			if (id.client === item.id.client) throw new Refusal('reference to the future');
			throw new Gap();
		}
	}
}

function slotFinder(doc: Y.Doc, kind: DocumentKind, byClient: Map<number, Struct[]>, limits: Limits) {
	const roots = rootsOf[kind];
	const found = new Map<Y.Item, Slot | typeof gone | typeof inProgress>();
	return (item: Y.Item) => slotOf(item, 0);

	function slotOf(item: Y.Item, level: number): Slot | typeof gone {
		if (level > limits.depth + 1) throw new Refusal('too deep');
		// Most items name no parent, they follow a neighbour: a chain as long as the text, hence no recursion.
		const chain: Y.Item[] = [];
		let slot: Slot | typeof gone | undefined;
		for (let current = item; slot === undefined;) {
			const known = found.get(current);
			if (known === inProgress) throw new Refusal('circular');
			if (known !== undefined) {
				slot = known;
				break;
			}
			found.set(current, inProgress);
			chain.push(current);
			const parent: unknown = current.parent;
			if (typeof parent === 'string') {
				if (!Object.hasOwn(roots, parent)) throw new Refusal('unknown root');
				slot = { container: roots[parent]!, depth: 0, isKeyed: current.parentSub !== null };
			} else if (parent instanceof Y.ID) {
				slot = inside(parent, current.parentSub !== null, level);
			} else {
				const left = current.origin && structAt(current.origin);
				const right = current.rightOrigin && structAt(current.rightOrigin);
				const neighbour = left ?? right;
				if (left instanceof Y.GC || right instanceof Y.GC || !(neighbour instanceof Y.Item)) slot = gone;
				else if (isStored(neighbour)) slot = slotOfStored(neighbour);
				else current = neighbour;
			}
		}
		for (const one of chain) found.set(one, slot);
		return slot;
	}

	function inside(parent: Y.ID, isKeyed: boolean, level: number): Slot | typeof gone {
		const item = structAt(parent);
		if (!(item instanceof Y.Item) || !(item.content instanceof Y.ContentType)) return gone;
		const { type } = item.content;
		if (isStored(item)) return slotInType(type, isKeyed);
		const outer = slotOf(item, level + 1);
		if (outer === gone) return gone;
		const depth = outer.depth + 1;
		if (depth > limits.depth) throw new Refusal('too deep');
		return { container: containerKind(type), depth, isKeyed };
	}

	function structAt(id: Y.ID): Struct {
		const structs =
			id.clock < Y.getState(doc.store, id.client)
				? doc.store.clients.get(id.client)
				: byClient.get(id.client);
		const start = structs?.[0]?.id.clock;
		if (!structs || start === undefined || id.clock < start) throw new Gap();
		const last = structs[structs.length - 1]!;
		if (id.clock >= last.id.clock + last.length) throw new Gap();
		return structs[Y.findIndexSS(structs as Y.Item[], id.clock)]!;
	}

	function isStored(item: Y.Item): boolean {
		return item.id.clock < Y.getState(doc.store, item.id.client);
	}

	function slotOfStored(item: Y.Item): Slot | typeof gone {
		const parent = item.parent as Y.AbstractType<unknown> | null;
		return parent === null ? gone : slotInType(parent, item.parentSub !== null);
	}

	function slotInType(type: Y.AbstractType<unknown>, isKeyed: boolean): Slot | typeof gone {
		let depth = 0;
		for (let outer: Y.AbstractType<unknown> | null = type; outer?._item; depth++)
			outer = outer._item.parent as Y.AbstractType<unknown> | null;
		if (type._item) return { container: containerKind(type), depth, isKeyed };
		const name = Y.findRootTypeKey(type);
		if (!Object.hasOwn(roots, name)) throw new Refusal('unknown root');
		return { container: roots[name]!, depth, isKeyed };
	}
}

function containerKind(type: Y.AbstractType<unknown>): ContainerKind {
	if (type.constructor === Y.XmlElement) return 'element';
	if (type.constructor === Y.XmlText) return 'xmlText';
	throw new Refusal('unknown type');
}

/** The numbers Yjs gives to kinds of content on the wire. */
const contentRef = { deleted: 1, string: 4, format: 6, type: 7, any: 8, document: 9 };

const allowed: Record<ContainerKind, { sequence: number[]; keyed: number[] }> = {
	text: { sequence: [contentRef.string, contentRef.format], keyed: [] },
	map: { sequence: [], keyed: [contentRef.any] },
	xml: { sequence: [contentRef.type], keyed: [] },
	element: { sequence: [contentRef.type], keyed: [contentRef.any] },
	xmlText: { sequence: [contentRef.string, contentRef.format], keyed: [contentRef.any] }
};

function checkContent(item: Y.Item, slot: Slot, limits: Limits): void {
	const ref = item.content.getRef();
	if (ref === contentRef.document) throw new Refusal('sub-document');
	const { sequence, keyed } = allowed[slot.container];
	const refs = slot.isKeyed ? keyed : sequence;
	if (refs.length === 0 || (ref !== contentRef.deleted && !refs.includes(ref)))
		throw new Refusal(`content ${ref} in ${slot.container}`);

	const key = item.parentSub as string | null;
	if (key !== null) checkKey(key, limits);
	const { content } = item;
	if (content instanceof Y.ContentFormat) {
		checkKey(content.key, limits);
		checkValue(content.value, limits);
	} else if (content instanceof Y.ContentAny) {
		for (const value of content.arr) checkValue(value, limits);
	} else if (content instanceof Y.ContentType) {
		if (slot.depth >= limits.depth) throw new Refusal('too deep');
		if (
			containerKind(content.type) === 'element' &&
			!/^[A-Za-z][\w-]{0,63}$/.test((content.type as Y.XmlElement).nodeName)
		)
			throw new Refusal('element name');
	}
}

function checkKey(key: string, limits: Limits): void {
	if (key.length > limits.keyCharacters || key === '__proto__') throw new Refusal('key');
}

/** Plain JSON, small and shallow: whoever reads it later need not be careful. */
function checkValue(value: unknown, limits: Limits): void {
	let size = 0;
	walk(value, 0);

	function walk(part: unknown, depth: number): void {
		if (depth > limits.valueDepth) throw new Refusal('value too deep');
		size += typeof part === 'string' ? part.length : 8;
		if (size > limits.value_bytes) throw new Refusal('value too large');
		if (part === null || ['undefined', 'string', 'number', 'boolean'].includes(typeof part)) return;
		if (Array.isArray(part)) for (const inner of part) walk(inner, depth + 1);
		else if (typeof part === 'object' && Object.getPrototypeOf(part) === Object.prototype)
			for (const [key, inner] of Object.entries(part)) {
				checkKey(key, limits);
				walk(inner, depth + 1);
			}
		else throw new Refusal('value');
	}
}
