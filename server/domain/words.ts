/** What two texts have in common. */
import { diffArrays } from 'diff';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** A text in words, spaces and marks, none lost: joined, they are the text again. */
export function words(text: string): string[] {
	return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

export interface Range {
	start: number;
	length: number;
}
/** Alike in both, or one thing in place of another. */
export interface Stretch {
	old: Range;
	fresh: Range;
	isSame: boolean;
}

/**
 * Both lists as stretches, in order.
 * @param deadline when Date.now() reaches it they count as having nothing in common: two long texts may take minutes
 */
export function aligned(old: string[], fresh: string[], deadline: number): Stretch[] {
	const changes = diffArrays(old, fresh, { timeout: Math.max(1, deadline - Date.now()) });
	if (!changes)
		return [
			{ old: { start: 0, length: old.length }, fresh: { start: 0, length: fresh.length }, isSame: false }
		];
	const stretches: Stretch[] = [];
	let atOld = 0;
	let atFresh = 0;
	for (const { added, removed, count } of changes) {
		const isSame = !added && !removed;
		let current = stretches.at(-1);
		if (!current || isSame || current.isSame) {
			current = { old: { start: atOld, length: 0 }, fresh: { start: atFresh, length: 0 }, isSame };
			stretches.push(current);
		}
		if (!added) current.old.length += count;
		if (!removed) current.fresh.length += count;
		if (!added) atOld += count;
		if (!removed) atFresh += count;
	}
	return stretches;
}

export function slice<T>(items: T[], { start, length }: Range): T[] {
	return items.slice(start, start + length);
}
