/** Each rule of dependency-cruiser.config.js fires on the fault planted for it, in a small house built like ours. */
import {
	mkdirSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import { afterAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const config: ICruiseOptions = await extractOptions(join(root, 'dependency-cruiser.config.js'));
const houses: string[] = [];
afterAll(() => houses.forEach((house) => rmSync(house, { recursive: true })));

const sound: Record<string, string> = {
	'src/hooks.server.ts': `import { app } from '#server/app.ts'; export default app;`,
	'src/lib/contract/roles.ts': `import * as v from 'valibot'; export const roles = v.picklist(['member']);`,
	'src/lib/contract/forms.ts': `import { roles } from './roles.ts'; export default roles;`,
	'src/lib/document/content.ts': `import * as Y from 'yjs'; import { roles } from '../contract/roles.ts'; export default [Y, roles];`,
	'src/lib/ui/button.svelte': `<script lang="ts">import { roles } from '#lib/contract/roles.ts';</script>{roles}`,
	'src/routes/+page.svelte': `<script lang="ts">import Button from '#lib/ui/button.svelte';</script><Button />`,
	'src/routes/+page.server.ts': `import * as cases from '#server/domain/cases.ts'; import type { Who } from '#server/context.ts'; export const load = (who: Who) => [cases, who];`,
	'server/app.ts': `import { openDatabase } from './database/connection.ts'; export const app = openDatabase;`,
	'server/context.ts': `export interface Who { kind: string }`,
	'server/errors.ts': `export class Failure extends Error {}`,
	'server/database/connection.ts': `import { Kysely } from 'kysely'; export const openDatabase = Kysely;`,
	'server/domain/cases.ts': `import { roles } from '#lib/contract/roles.ts'; import { Failure } from '../errors.ts'; export default [roles, Failure];`,
	'server/domain/cases.test.ts': `import { cast } from '../../tests/support/cast.ts'; import cases from './cases.ts'; export default [cast, cases];`,
	'server/live/socket.ts': `import { Server } from 'socket.io'; import cases from '../domain/cases.ts'; export default [Server, cases];`,
	'migrations/2026-01-01-0000-begin.ts': `import { sql } from 'kysely'; export const up = sql;`,
	'tests/support/cast.ts': `import cases from '../../server/domain/cases.ts'; export const cast = [cases];`
};

/** [rule, file, its faulty line] */
const faults: [string, string, string][] = [
	['no-cycles', 'server/errors.ts', `import './domain/cases.ts';`],
	['no-cycles', 'server/context.ts', `import type Cases from './first.ts'; export type { Cases };`],
	[
		'pages-reach-the-server-through-its-doors',
		'src/routes/+page.server.ts',
		`import '#server/database/connection.ts';`
	],
	[
		'pages-reach-the-server-through-its-doors',
		'src/routes/+page.server.ts',
		`import '#server/live/socket.ts';`
	],
	[
		'pages-reach-the-server-through-its-doors',
		'src/routes/other.ts',
		`import type { app } from '../../server/app.ts';`
	],
	['hooks-open-the-application', 'src/hooks.server.ts', `import '#server/live/socket.ts';`],
	['the-domain-knows-no-transport', 'server/domain/threads.ts', `import '../live/socket.ts';`],
	['the-domain-knows-no-transport', 'server/domain/threads.ts', `import type { Server } from 'socket.io';`],
	['the-domain-knows-no-transport', 'server/domain/threads.ts', `import { request } from 'node:http';`],
	['the-domain-knows-no-transport', 'server/domain/threads.ts', `import { app } from '../app.ts';`],
	['the-contract-imports-valibot-only', 'src/lib/contract/live.ts', `import * as Y from 'yjs';`],
	[
		'the-contract-imports-valibot-only',
		'src/lib/contract/live.ts',
		`import type content from '../document/content.ts';`
	],
	['the-document-imports-contract-and-editor-schema-only', 'src/lib/document/html.ts', `import 'svelte';`],
	[
		'the-document-imports-contract-and-editor-schema-only',
		'src/lib/document/html.ts',
		`import '../ui/button.svelte';`
	],
	[
		'the-document-imports-contract-and-editor-schema-only',
		'src/lib/document/html.ts',
		`import 'node:crypto';`
	],
	[
		'the-server-takes-contract-and-document-only',
		'server/domain/threads.ts',
		`import '#lib/ui/button.svelte';`
	],
	['the-server-takes-contract-and-document-only', 'server/app.ts', `import '../src/hooks.server.ts';`],
	['migrations-import-kysely-only', 'migrations/2026-01-02-0000-more.ts', `import '../server/errors.ts';`],
	[
		'migrations-import-kysely-only',
		'migrations/2026-01-02-0000-more.ts',
		`import { readFileSync } from 'node:fs';`
	],
	['only-tests-import-tests', 'server/live/socket.ts', `import '../../tests/support/cast.ts';`],
	['only-tests-import-tests', 'server/live/socket.ts', `import '../domain/cases.test.ts';`]
];

/** Names of the rules broken in the sound house, once these lines were added to these files. */
async function broken(planted: Record<string, string> = {}): Promise<string[]> {
	const house = mkdtempSync(join(realpathSync(tmpdir()), 'layers-'));
	houses.push(house);
	const { imports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
	writeFileSync(join(house, 'package.json'), JSON.stringify({ name: 'house', type: 'module', imports }));
	symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));
	for (const file of new Set([...Object.keys(sound), ...Object.keys(planted)])) {
		mkdirSync(dirname(join(house, file)), { recursive: true });
		writeFileSync(join(house, file), `${planted[file] ?? ''}\n${sound[file] ?? ''}\n`);
	}
	const { output } = await cruise(['src', 'server', 'migrations', 'tests'], { ...config, baseDir: house });
	const { summary } = output as ICruiseResult;
	expect(summary.totalCruised).toBeGreaterThan(15);
	return [...new Set(summary.violations.map(({ rule }) => rule.name))];
}

test('a sound house breaks no rule', async () => {
	expect(await broken()).toEqual([]);
});

test.each(faults)('%s: %s may not say %s', async (rule, file, line) => {
	const extra = { 'server/first.ts': `import type { Who } from './context.ts'; export default {} as Who;` };
	expect(await broken({ ...extra, [file]: line })).toContain(rule);
});

test('every rule has its planted fault', () => {
	const planted = new Set(faults.map(([rule]) => rule));
	const rules = config.ruleSet?.forbidden?.map(({ name }) => name!) ?? [];
	expect(rules.length).toBeGreaterThan(6);
	expect(rules.filter((name) => !planted.has(name))).toEqual([]);
});
