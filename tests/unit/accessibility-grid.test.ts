/** docs/accessibility.md holds the 106 criteria of RGAA 4.1, each with the way it is known, and names tests that exist. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const grid = readFileSync(join(root, 'docs/accessibility.md'), 'utf8');

/** Criteria in each theme, from « Images » to « Consultation » (RGAA 4.1.2). */
const perTheme = [9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12];

interface Row {
	number: string;
	title: string;
	how: string;
	proof: string;
}

function rowsOf(text: string): Row[] {
	return text
		.split('\n')
		.filter((line) => /^\|\s*\d+\.\d+\s*\|/.test(line))
		.map((line) => {
			const [number = '', title = '', how = '', proof = ''] = line
				.split('|')
				.slice(1, -1)
				.map((cell) => cell.trim());
			return { number, title, how, proof };
		});
}

/** What is wrong with a row, or null. */
function faultOf({ number, title, how, proof }: Row): string | null {
	if (title.length < 10) return `${number}: no title`;
	if (!['automatique', 'manuel', 'non applicable'].includes(how))
		return `${number}: how is it known? “${how}”`;
	if (/à vérifier|à faire|todo/i.test(proof)) return `${number}: not checked`;
	if (how === 'automatique') {
		const files = [...proof.matchAll(/`([^`]+\.ts)`/g)].map((match) => match[1]!);
		if (files.length === 0) return `${number}: which test?`;
		const absent = files.find((file) => !existsSync(join(root, file)));
		return absent ? `${number}: ${absent} does not exist` : null;
	}
	if (how === 'manuel' && !/^\d{4}-\d{2}-\d{2}, (conforme|non conforme)\b.{10,}/.test(proof))
		return `${number}: a date, a result and what was looked at`;
	return proof.length < 12 ? `${number}: why?` : null;
}

test('the grid has the 106 criteria, in order, each once', () => {
	const expected = perTheme.flatMap((count, theme) =>
		Array.from({ length: count }, (_, criterion) => `${theme + 1}.${criterion + 1}`)
	);
	expect(expected).toHaveLength(106);
	expect(rowsOf(grid).map(({ number }) => number)).toEqual(expected);
});

test('every row says how its criterion is known, and shows it', () => {
	expect(rowsOf(grid).map(faultOf).filter(Boolean)).toEqual([]);
});

test.each([
	'| 1.1 | | manuel | 2026-11-23, conforme : regardé partout |',
	'| 1.1 | Images informatives | | |',
	'| 1.1 | Images informatives | manuel | |',
	'| 1.1 | Images informatives | manuel | conforme : regardé partout |',
	'| 1.1 | Images informatives | manuel | 2026-11-23, à vérifier plus tard |',
	'| 1.1 | Images informatives | automatique | axe |',
	'| 1.1 | Images informatives | automatique | `tests/journeys/nowhere.e2e.ts` |',
	'| 1.1 | Images informatives | non applicable | |'
])('a row such as “%s” is refused', (line) => {
	expect(faultOf(rowsOf(line)[0]!)).not.toBeNull();
});
