import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readEnv } from '../env.ts';
import { limitKeys, limits, variableOf } from './limits.ts';

const read = (source: Record<string, string>) => readEnv({}, source).collaboration;

test('every limit is in docs/operations.md with its default and its unit, and no other', () => {
	const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
	const rows = [...page.matchAll(/^\| `(COLLAB_\w+)` *\| `(\d+)` *\| ([^|]+?) *\| ([^|]+?) *\|$/gm)].map(
		([, variable, value, unit, meaning]) => ({ variable, value: Number(value), unit, meaning })
	);
	expect(rows.map(({ variable, value }) => [variable, value])).toEqual(
		limitKeys.map((key) => [variableOf(key), limits[key]])
	);
	for (const { variable, unit } of rows) {
		if (variable!.endsWith('_MS')) expect(unit).toBe('ms');
		if (variable!.endsWith('_BYTES')) expect(unit).toBe('bytes');
	}
});

test('the environment sets a limit; what it does not set keeps its default', () => {
	expect(read({})).toEqual(limits);
	expect(read({ COLLAB_FRAMES_PER_SECOND: '50', COLLAB_STEP2_BYTES: '9000000' })).toEqual({
		...limits,
		framesPerSecond: 50,
		step2_bytes: 9_000_000
	});
});

test.each([
	['COLLAB_DEPTH', '300'],
	['COLLAB_DEPTH', '0'],
	['COLLAB_LINGER_MS', 'soon'],
	['COLLAB_LINGER_MS', '3000000000'],
	['COLLAB_ADDRESS_SOCKETS', '1.5'],
	// Larger than the larger one it is part of, which keeps its default.
	['COLLAB_FRAME_BYTES', '100000000'],
	['COLLAB_SILENCE_MS', '60000'],
	// A slip of the pen must not leave the default in force unnoticed.
	['COLLAB_LINGER', '100']
])('%s=%s is refused by its name', (variable, value) => {
	expect(() => read({ [variable]: value })).toThrow(variable);
});
