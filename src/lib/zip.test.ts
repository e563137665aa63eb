import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { zip } from './zip.server.ts';

const python = (() => {
	try {
		execFileSync('python3', ['--version']);
		return true;
	} catch {
		return false;
	}
})();

test.runIf(python)('somebody else’s program reads it (needs python3)', () => {
	const folder = mkdtempSync(join(tmpdir(), 'passerelle-zip-'));
	const files = { 'donnees.json': '{"name":"Chloé"}', 'donnees.html': 'été '.repeat(10_000) };
	writeFileSync(join(folder, 'a.zip'), zip(files));
	const script =
		'import json,sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(json.dumps({n:z.read(n).decode() for n in z.namelist()}))';
	const read = execFileSync('python3', ['-c', script, join(folder, 'a.zip')], { encoding: 'utf8' });
	rmSync(folder, { recursive: true });
	expect(JSON.parse(read)).toEqual(files);
});

test('it is as small as its words', () => {
	expect(zip({ a: 'été '.repeat(10_000) }).length).toBeLessThan(500);
});
