/** How long a text is, for those who read it. */

/** Words as a reader of this language counts them: punctuation and lone symbols are none. */
export function wordCount(text: string, locale: string): number {
	let count = 0;
	for (const segment of new Intl.Segmenter(locale, { granularity: 'word' }).segment(text)) {
		if (segment.isWordLike) count++;
	}
	return count;
}

/** Characters as Unicode counts them, so that an emoji is not two. */
export function characterCount(text: string): number {
	let count = 0;
	for (const _ of text) count++;
	return count;
}
