/** What the grid of docs/accessibility.md lets us state: the page can never say more than the grid. */
export interface Statement {
	/** Rows of each kind. */
	automatic: number;
	manual: number;
	notApplicable: number;
	/** What the grid owns up to, in French; empty when it owns up to nothing. */
	faults: string[];
	/** Of the newest check by hand: 2026-11-23. */
	checkedOn: string;
}

export function statement(grid: string): Statement {
	const rows = [
		...grid.matchAll(/^\| \d+\.\d+ +\|[^|]*\| (automatique|manuel|non applicable) +\| (.*)\|$/gm)
	];
	const count = (kind: string) => rows.filter((row) => row[1] === kind).length;
	const faults = grid.match(/^## Non conforme à ce jour\n([\s\S]*?)^## /m)?.[1] ?? '';
	const dates = rows.flatMap((row) => row[2]!.match(/\d{4}-\d\d-\d\d/g) ?? []);
	return {
		automatic: count('automatique'),
		manual: count('manuel'),
		notApplicable: count('non applicable'),
		faults: faults
			.split(/^- /m)
			.slice(1)
			.map((line) => line.replace(/\s+/g, ' ').trim()),
		checkedOn: dates.sort().at(-1) ?? ''
	};
}
