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
