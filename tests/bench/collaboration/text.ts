/** Texts as people make them, keystroke by keystroke, always the same for the same number. */
import * as Y from 'yjs';

/** A small generator of numbers in [0, 1): mulberry32, public domain. */
function numbers(seed: number): () => number {
	return () => {
		seed = (seed + 0x6d2b79f5) | 0;
		let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** A text of so many edits of one character: typing in runs, a third of it erasing, then elsewhere. One update each. */
export function history(edits: number): { log: Uint8Array[]; state: Uint8Array } {
	const doc = new Y.Doc();
	const text = doc.getText('bench');
	const log: Uint8Array[] = [];
	doc.on('update', (update: Uint8Array) => log.push(update));
	const random = numbers(edits);
	let cursor = 0;
	let left = 0;
	let isErasing = false;
	for (let edit = 0; edit < edits; edit++) {
		if (left === 0) {
			left = 1 + Math.floor(random() * 40);
			isErasing = text.length > 200 && random() < 0.3;
			if (random() < 0.5) cursor = Math.floor(random() * text.length);
		}
		left--;
		if (isErasing && cursor > 0) text.delete(--cursor, 1);
		else text.insert(cursor++, 'abcdefghijklmnopqrstuvwxyz '[Math.floor(random() * 27)]!);
	}
	return { log, state: Y.encodeStateAsUpdate(doc) };
}

/** A text of so many bytes, pasted in pieces. */
export function longText(bytes: number): Uint8Array {
	const doc = new Y.Doc();
	const text = doc.getText('bench');
	const piece = 'Une phrase assez ordinaire, sans accent et sans surprise. '.repeat(20);
	while (text.length < bytes) text.insert(text.length, piece);
	return Y.encodeStateAsUpdate(doc);
}

/** Keystrokes of one person: made beforehand when a load must cost little. */
export function keystrokes(count: number): { clientId: number; updates: Uint8Array[] } {
	const doc = new Y.Doc();
	const updates: Uint8Array[] = [];
	doc.on('update', (update: Uint8Array) => updates.push(update));
	const text = doc.getText('bench');
	for (let index = 0; index < count; index++) text.insert(index, 'x');
	return { clientId: doc.clientID, updates };
}
