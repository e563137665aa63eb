/** Choices put in order. A form holds one field per choice, with its rank or nothing: see ranked-choice.svelte. */

/** The field of one choice in the form, of which `name` is the name. */
export const rankField = (name: string, choice: string) => `${name}-${choice}`;

/**
 * The choices that have a rank, first one first. Ranks may leave gaps (1, 3): the order is what counts. `code` is of the
 * catalogue, and `choice` is the one to repair.
 */
export function rankingOf(
	values: Record<string, unknown>,
	name: string,
	choices: readonly string[]
): { value: string[] } | { code: string; choice: string } {
	const known = new Map<number, string>();
	for (const choice of choices) {
		const typed = values[rankField(name, choice)] ?? '';
		if (typed === '') continue;
		const rank = typeof typed === 'string' && /^\d{1,3}$/.test(typed) ? Number(typed) : 0;
		if (rank < 1 || rank > choices.length) return { code: 'ranking_wrong', choice };
		if (known.has(rank)) return { code: 'ranking_twice', choice };
		known.set(rank, choice);
	}
	return { value: [...known].sort(([one], [other]) => one - other).map(([, choice]) => choice) };
}
