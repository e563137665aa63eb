import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { difference, moved, splicesOf } from './text-binding.ts';

const apply = (text: string, { index, remove, insert }: { index: number; remove: number; insert: string }) =>
	text.slice(0, index) + insert + text.slice(index + remove);

describe('what changed in a control', () => {
	it('is one splice: typed, deleted, replaced, pasted', () => {
		expect(difference('Marché', 'Marchés')).toEqual({ index: 6, remove: 0, insert: 's' });
		expect(difference('Marché', 'Marhé', 3)).toEqual({ index: 3, remove: 1, insert: '' });
		expect(difference('un marché', 'deux marchés', 4)).toEqual({
			index: 0,
			remove: 9,
			insert: 'deux marchés'
		});
		expect(difference('', 'collé')).toEqual({ index: 0, remove: 0, insert: 'collé' });
		expect(difference('égal', 'égal')).toBeNull();
	});

	it('is where the caret says, when a letter repeats its neighbour', () => {
		expect(difference('aa', 'aaa', 1)).toEqual({ index: 0, remove: 0, insert: 'a' });
		expect(difference('aa', 'aaa', 2)).toEqual({ index: 1, remove: 0, insert: 'a' });
		expect(difference('aa', 'aaa', 3)).toEqual({ index: 2, remove: 0, insert: 'a' });
	});

	it('takes an emoji whole, also when only one of its halves changed', () => {
		// 🍇 and 🍈 share their first half, 🍇 and 🏇 their second.
		expect(difference('a🍇b', 'a🍈b', 3)).toEqual({ index: 1, remove: 2, insert: '🍈' });
		expect(difference('a🍇b', 'a🏇b', 3)).toEqual({ index: 1, remove: 2, insert: '🏇' });
		expect(difference('🍇', '')).toEqual({ index: 0, remove: 2, insert: '' });
		expect(difference('🍇', '🍇🍇', 4)).toEqual({ index: 2, remove: 0, insert: '🍇' });
	});

	it('gives back what was typed, wherever the caret is', () => {
		const words = fc.string({ unit: fc.constantFrom('a', 'b', '🍇', '🍈', 'م', 'é') });
		fc.assert(
			fc.property(words, words, fc.nat(20), (before, after, caret) => {
				const splice = difference(before, after, Math.min(caret, after.length));
				if (!splice) {
					expect(after).toBe(before);
					return;
				}
				expect(apply(before, splice)).toBe(after);
				expect(splice.insert.isWellFormed()).toBe(true);
				expect(before.slice(splice.index, splice.index + splice.remove).isWellFormed()).toBe(true);
			})
		);
	});
});

describe('the caret while somebody else types', () => {
	it('moves with the letters before it and stays for those behind', () => {
		expect(moved(5, { index: 2, remove: 0, insert: 'abc' })).toBe(8);
		expect(moved(5, { index: 5, remove: 0, insert: 'abc' })).toBe(5);
		expect(moved(5, { index: 7, remove: 2, insert: '' })).toBe(5);
		expect(moved(5, { index: 1, remove: 2, insert: '' })).toBe(3);
		expect(moved(5, { index: 3, remove: 9, insert: 'x' })).toBe(4);
	});

	it('keeps the same letter on its right, whatever the other person changes elsewhere', () => {
		const text = new Y.Doc().getText('title');
		text.insert(0, 'Ouvrir un marché');
		const caret = 'Ouvrir un '.length;
		let after = caret;
		text.observe((event) => {
			after = splicesOf(event.delta).reduce(moved, after);
		});
		text.doc?.transact(() => {
			text.delete(0, 6);
			text.insert(0, 'Comment ouvrir 🍇');
			text.insert(text.length, ' commun');
		});
		expect(text.toString().slice(after)).toBe('marché commun');
	});
});
