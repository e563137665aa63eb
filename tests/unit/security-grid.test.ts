/** docs/security.md answers the 253 requirements of OWASP ASVS 5.0, levels 1 and 2, and names files that exist. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/security.md'), 'utf8');

/** Section: its requirements of these levels. */
const asked = `
	1.1: 1 2
	1.2: 1 2 3 4 5 6 7 8 9
	1.3: 1 2 3 4 5 6 7 8 9 10 11
	1.4: 1 2 3
	1.5: 1 2
	2.1: 1 2 3
	2.2: 1 2 3
	2.3: 1 2 3 4
	2.4: 1
	3.2: 1 2
	3.3: 1 2 3 4
	3.4: 1 2 3 4 5 6
	3.5: 1 2 3 4 5
	3.7: 1 2
	4.1: 1 2 3
	4.2: 1
	4.3: 1 2
	4.4: 1 2 3 4
	5.1: 1
	5.2: 1 2 3
	5.3: 1 2
	5.4: 1 2 3
	6.1: 1 2 3
	6.2: 1 2 3 4 5 6 7 8 9 10 11 12
	6.3: 1 2 3 4
	6.4: 1 2 3 4
	6.5: 1 2 3 4 5
	6.6: 1 2 3
	6.8: 1 2 3 4
	7.1: 1 2 3
	7.2: 1 2 3 4
	7.3: 1 2
	7.4: 1 2 3 4 5
	7.5: 1 2
	7.6: 1 2
	8.1: 1 2
	8.2: 1 2 3
	8.3: 1
	8.4: 1
	9.1: 1 2 3
	9.2: 1 2 3 4
	10.1: 1 2
	10.2: 1 2
	10.3: 1 2 3 4
	10.4: 1 2 3 4 5 6 7 8 9 10 11
	10.5: 1 2 3 4 5
	10.6: 1 2
	10.7: 1 2 3
	11.1: 1 2
	11.2: 1 2 3
	11.3: 1 2 3
	11.4: 1 2 3 4
	11.5: 1
	11.6: 1
	12.1: 1 2 3
	12.2: 1 2
	12.3: 1 2 3 4
	13.1: 1
	13.2: 1 2 3 4 5
	13.3: 1 2
	13.4: 1 2 3 4 5
	14.1: 1 2
	14.2: 1 2 3 4
	14.3: 1 2 3
	15.1: 1 2 3
	15.2: 1 2 3
	15.3: 1 2 3 4 5 6 7
	16.1: 1
	16.2: 1 2 3 4 5
	16.3: 1 2 3 4
	16.4: 1 2 3
	16.5: 1 2 3
	17.1: 1
	17.2: 1 2 3 4
	17.3: 1 2
`
	.trim()
	.split('\n')
	.flatMap((line) => {
		const [section = '', numbers = ''] = line.trim().split(': ');
		return numbers.split(' ').map((number) => `${section}.${number}`);
	});

interface Row {
	id: string;
	what: string;
	answer: string;
	how: string;
}

function rowsOf(text: string): Row[] {
	return text
		.split('\n')
		.filter((line) => /^\|\s*\d+\.\d+\.\d+\s*\|/.test(line))
		.map((line) => {
			const [id = '', , what = '', answer = '', how = ''] = line
				.split('|')
				.slice(1, -1)
				.map((cell) => cell.trim());
			return { id, what, answer, how };
		});
}

/** What is wrong with a row, or null. */
function faultOf({ id, what, answer, how }: Row): string | null {
	if (what.length < 3) return `${id}: what is asked?`;
	if (!['met', 'operator', 'none', 'not met'].includes(answer)) return `${id}: “${answer}” is no answer`;
	if (how.length < 3 || /todo|tbd|later/i.test(how)) return `${id}: how?`;
	// A name in quotes with a folder and an ending is a file of this repository.
	const files = [...how.matchAll(/`([\w./@[\]-]+\/[\w.[\]+-]+\.(?:ts|md|svelte))`/g)].map(
		(match) => match[1]!
	);
	const absent = files.find((file) => !existsSync(join(root, file)));
	return absent ? `${id}: ${absent} does not exist` : null;
}

test('every requirement of levels 1 and 2 is answered once, in order', () => {
	expect(asked).toHaveLength(253);
	expect(rowsOf(page).map(({ id }) => id)).toEqual(asked);
});

test('every answer says how, and names files that exist', () => {
	expect(rowsOf(page).map(faultOf).filter(Boolean)).toEqual([]);
});

test('the sum above the grid is the sum of the grid', () => {
	const count = (answer: string) => rowsOf(page).filter((row) => row.answer === answer).length;
	expect(page).toContain(
		`Of 253: ${count('met')} met, ${count('operator')} for the operator, ${count('none')} not applicable, ${count('not met')} not met.`
	);
});

test.each([
	'| 1.1.1 | 2 | decode once | | |',
	'| 1.1.1 | 2 | decode once | met | |',
	'| 1.1.1 | 2 | decode once | perhaps | somewhere |',
	'| 1.1.1 | 2 | decode once | met | `server/nowhere.ts` |'
])('a row such as “%s” is refused', (line) => {
	expect(faultOf(rowsOf(line)[0]!)).not.toBeNull();
});
