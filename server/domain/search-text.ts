/** "Saint-Étienne-du-Bois" → "saint etienne du bois": what people type, without accents, hyphens or case. */
export function searchText(words: string): string {
	return words
		.normalize('NFD')
		.replace(/\p{M}/gu, '')
		.toLowerCase()
		.replace(/œ/g, 'oe')
		.replace(/æ/g, 'ae')
		.replace(/[^\p{L}\p{N}]+/gu, ' ')
		.trim();
}

/**
 * The words to look for, each of which must be found: the first eight of what was typed. They are letters and digits, so
 * nothing in them is a pattern for LIKE.
 */
export function wordsOf(query: string | null | undefined): string[] {
	return searchText((query ?? '').slice(0, 100))
		.split(' ')
		.filter(Boolean)
		.slice(0, 8);
}
