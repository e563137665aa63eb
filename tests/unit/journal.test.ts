/** Every act the server records has words on the page of the journal. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { caseStates } from '#lib/contract/cases.ts';
import { actNames } from '../../src/routes/administration/journal/acts.ts';

const server = join(import.meta.dirname, '../../server');

/** The names given to record(), whatever comes before them. */
function actsIn(text: string): string[] {
	return [...text.matchAll(/\brecord\(\s*[\w.]+,\s*(?:\{[^;]*?\}|[\w.]+),\s*'([\w.]+)'/g)].map(
		(match) => match[1]!
	);
}

test('no act is without words, and no words without their act', () => {
	const files = readdirSync(server, { recursive: true, encoding: 'utf8' }).filter(
		(path) => path.endsWith('.ts') && !path.endsWith('.test.ts')
	);
	const written = files.flatMap((path) => actsIn(readFileSync(join(server, path), 'utf8')));
	expect(written.length).toBeGreaterThan(25);
	const acts = new Set([
		...written,
		// Named by an expression.
		...caseStates.map((state) => `case.${state}`),
		'session.opened',
		'sign_in.half'
	]);
	expect(Object.keys(actNames).sort()).toEqual([...acts].sort());
});

test('a name given after anything is found', () => {
	expect(
		actsIn(`await record(trx, context, 'a.b', {}); record(db, { who: { kind: 'visitor' } }, 'c.d', {})`)
	).toEqual(['a.b', 'c.d']);
	expect(actsIn(`record(\n\ttrx,\n\tcontext,\n\t'e.f',\n\t{})`)).toEqual(['e.f']);
});
