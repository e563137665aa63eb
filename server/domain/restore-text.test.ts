import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { partKeys, partOf, roots, rootsOf, sectionKeys } from '#lib/document/template.ts';
import { textHash } from './live-versions.ts';
import { restoreText } from './restore-text.ts';

/** Something a person, or an editor of another age, might have done. Numbers say where. */
const deed = fc.tuple(fc.nat(9), fc.nat(1000), fc.nat(1000), fc.string({ maxLength: 12 }));
type Deed = [number, number, number, string];

function act(doc: Y.Doc, [kind, where, place, words]: Deed): void {
	const section = doc.getXmlFragment(`section:${sectionKeys[where % sectionKeys.length]}`);
	const element = section.length > 0 ? section.get(place % section.length) : undefined;
	const text =
		element instanceof Y.XmlElement
			? (element.toArray() as unknown[]).find((child) => child instanceof Y.XmlText)
			: undefined;
	if (kind === 0) doc.getText('title').insert(place % (doc.getText('title').length + 1), words);
	else if (kind === 1) doc.getMap('facts').set(['modality', 'target:8.3', 'country'][place % 3]!, words);
	else if (kind === 2) doc.getMap('facts').delete(['modality', 'target:8.3', 'country'][place % 3]!);
	else if (kind <= 4) {
		const name = ['paragraph', 'heading', 'bulletList', 'unknownNode'][place % 4]!;
		const fresh = new Y.XmlElement(name);
		if (name === 'heading') fresh.setAttribute('level', 3 as never);
		const inside = name === 'bulletList' ? new Y.XmlElement('listItem') : new Y.XmlText(words);
		fresh.insert(0, [inside]);
		section.insert(place % (section.length + 1), [fresh]);
	} else if (kind === 5 && element) section.delete(place % section.length, 1);
	else if (text instanceof Y.XmlText) {
		const from = place % (text.length + 1);
		if (kind === 6) text.delete(from, Math.min(text.length - from, 4));
		else if (kind === 7) text.format(from, Math.min(text.length - from, 5), { bold: where % 2 ? {} : null });
		else text.insert(from, words, kind === 8 ? { link: { href: 'https://example.org/' } } : {});
	}
}

const copyOf = (doc: Y.Doc) => {
	const copy = new Y.Doc();
	Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
	return copy;
};

test('whatever was done since, the text says again what it said, and so does every replica', () => {
	fc.assert(
		fc.property(fc.array(deed, { maxLength: 30 }), fc.array(deed, { maxLength: 30 }), (before, since) => {
			const doc = new Y.Doc();
			for (const one of before) act(doc, one);
			const target = copyOf(doc);
			for (const one of since) act(doc, one);
			const replica = copyOf(doc);
			doc.on('update', (update: Uint8Array) => Y.applyUpdate(replica, update));
			restoreText(doc, target, null);
			expect(textHash(doc, 'case')).toBe(textHash(target, 'case'));
			expect(textHash(replica, 'case')).toBe(textHash(target, 'case'));
			expect(textHash(copyOf(doc), 'case')).toBe(textHash(target, 'case'));
		}),
		{ numRuns: 300 }
	);
});

test('part by part comes to the same as all at once', () => {
	fc.assert(
		fc.property(fc.array(deed, { maxLength: 20 }), fc.array(deed, { maxLength: 20 }), (before, since) => {
			const doc = new Y.Doc();
			for (const one of before) act(doc, one);
			const target = copyOf(doc);
			for (const one of since) act(doc, one);
			for (const part of partKeys) restoreText(doc, target, part);
			expect(textHash(doc, 'case')).toBe(textHash(target, 'case'));
		}),
		{ numRuns: 100 }
	);
	// A root that belongs to no part would be left behind.
	expect(Object.keys(rootsOf.case).filter((root) => root !== roots.facts && !partOf(root))).toEqual([]);
});
