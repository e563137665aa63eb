/**
 * `npm test`: everything, in order, ending with one line `N passed, N failed`. Long journeys are left to
 * `npm run test:postgres`, which runs the same database suites, and those journeys, on the PostgreSQL of TEST_DATABASE_URL.
 */
import { join } from 'node:path';
import { finish, playwrightTally, reports, step, total, vitestTally } from './steps.ts';
import { findChromium } from './support/chromium.ts';

const onPostgres = process.argv.includes('--postgres');
if (onPostgres && !process.env.TEST_DATABASE_URL) {
	console.error('TEST_DATABASE_URL is not set: say on which PostgreSQL databases may be created.');
	process.exit(1);
}

if (!onPostgres) {
	step('Style', 'npm', ['run', '-s', 'style']);
	step('Types', 'npm', ['run', '-s', 'check']);
	step('Layers', 'npm', ['run', '-s', 'layers']);
}
// What follows starts servers and weighs pages: all of it looks at this build.
step('Build', process.execPath, ['server/build.ts']);
const chromium = findChromium();
step(
	'Unit, database and components',
	'npx',
	[
		'vitest',
		'run',
		'--project=!attacks',
		...(chromium && !onPostgres ? [] : ['--project=!components']),
		'--reporter=default',
		'--reporter=json',
		`--outputFile.json=${reports}/vitest.json`
	],
	{
		env: chromium ? { CHROMIUM_PATH: chromium } : {},
		count: () => vitestTally(join(reports, 'vitest.json'))
	}
);
if (chromium) {
	const selection = onPostgres ? ['--grep', '@long|@postgres'] : ['--grep-invert', '@long'];
	step(
		'Journeys',
		'npx',
		['playwright', 'test', '--project=journeys', ...selection, '--reporter=list,json'],
		{
			env: { CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: join(reports, 'playwright.json') },
			count: () => playwrightTally(join(reports, 'playwright.json'))
		}
	);
} else {
	total.failed += 1;
	console.error(
		'No Chromium: install one (package chromium, or npx playwright install chromium) or set CHROMIUM_PATH.'
	);
}

finish();
