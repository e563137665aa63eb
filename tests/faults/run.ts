/**
 * `npm run test:faults`: breaks live documents for a quarter of an hour, or for some minutes with FAULTS=short, and ends
 * with one line `N passed, N failed`. On the PostgreSQL of TEST_DATABASE_URL, else on one of its own with fsync on, else
 * on the embedded database. Times are judged: the machine should have nothing else to do.
 */
import { join } from 'node:path';
import { finish, playwrightTally, reports, step, vitestTally } from '../steps.ts';
import { findChromium } from '../support/chromium.ts';
import { makeCluster, noCluster } from '../support/cluster.ts';

const level = process.env.FAULTS || 'long';
const given = process.env.TEST_DATABASE_URL;
const cluster = given || noCluster ? undefined : await makeCluster();
const url = given ?? cluster?.url;
const env = { FAULTS: level, ...(url ? { TEST_DATABASE_URL: url } : {}) };
console.log(`Faults (${level}) on ${url ? 'PostgreSQL' : `the embedded database: ${noCluster}`}`);

vitest('Faults', '--project', 'faults');
if (level === 'long')
	// Forged client ids and identities, other origins, named versions, restorations, several processes.
	vitest(
		'What live documents refuse and keep',
		...['--project', 'unit', 'server/collaboration/', 'server/domain/history.test.ts']
	);
const chromium = findChromium();
if (chromium && level === 'long') {
	const file = join(reports, 'playwright.json');
	step('Build', process.execPath, ['server/build.ts']);
	step(
		'Where WebSockets are refused',
		'npx',
		['playwright', 'test', 'blocked-websocket', '--reporter=list,json'],
		{
			env: { ...env, CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: file },
			count: () => playwrightTally(file)
		}
	);
}
await cluster?.remove();
finish();

function vitest(name: string, ...selection: string[]): void {
	const file = join(reports, `${name.replaceAll(' ', '-')}.json`);
	const reporters = ['--reporter=verbose', '--reporter=json', `--outputFile.json=${file}`];
	// One after the other: what they measure is theirs alone.
	step(name, 'npx', ['vitest', 'run', '--no-file-parallelism', ...reporters, ...selection], {
		env,
		count: () => vitestTally(file)
	});
}
