/** Frames that were damaged on purpose, the same ones on every run. */
import * as Y from 'yjs';

export type Random = (below: number) => number;

/** mulberry32: the same choices for the same seed. */
export function choices(seed: number): Random {
	let state = seed | 0;
	return (below) => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
	};
}

/** What came through a wire that is not to be trusted: one to four bytes changed, lost or added. */
export function mutate(bytes: Uint8Array, random: Random): Uint8Array {
	let result = Uint8Array.from(bytes);
	for (let count = 1 + random(4); count > 0; count--) {
		const at = random(Math.max(1, result.length));
		const kind = random(5);
		if (kind === 0) result[at] = random(256);
		else if (kind === 1) result[at] = (result[at] ?? 0) ^ (1 << random(8));
		else if (kind === 2) result = result.slice(0, at);
		else if (kind === 3) result = Uint8Array.from([...result.slice(0, at), random(256), ...result.slice(at)]);
		else result = Uint8Array.from([...result.slice(0, at), ...result.slice(at + 1 + random(3))]);
	}
	return result;
}

/** A case, and edits of one author that fit it. */
export function material(): { doc: Y.Doc; updates: Uint8Array[] } {
	const doc = new Y.Doc();
	doc.clientID = 1_234_567;
	const updates: Uint8Array[] = [];
	doc.getText('title').insert(0, 'Un titre de fiche');
	doc.getMap('facts').set('lead', { id: 'a', name: 'b', place: 'c' });
	const section = doc.getXmlFragment('section:actions');
	for (let index = 0; index < 10; index++) {
		const paragraph = new Y.XmlElement('paragraph');
		paragraph.insert(0, [new Y.XmlText(`phrase ${index} assez longue`)]);
		section.insert(index, [paragraph]);
	}
	const author = new Y.Doc();
	author.clientID = 89;
	Y.applyUpdate(author, Y.encodeStateAsUpdate(doc));
	author.on('update', (update: Uint8Array) => updates.push(update));
	const words = (author.getXmlFragment('section:actions').get(3) as Y.XmlElement).get(0) as Y.XmlText;
	words.insert(4, 'xyz');
	words.format(1, 6, { bold: true });
	words.delete(2, 5);
	author.getText('title').insert(3, 'très beau ');
	author.getMap('facts').set('country', 'MA');
	author.getText('partner').insert(0, 'Essaouira');
	author.getXmlFragment('section:actions').insert(2, [new Y.XmlElement('heading')]);
	author.getXmlFragment('section:actions').delete(0, 1);
	updates.push(Y.encodeStateAsUpdate(author), Y.mergeUpdates(updates.slice(0, 3)));
	return { doc, updates };
}
