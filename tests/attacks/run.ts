/**
 * `npm run test:attacks`: what people try against a platform such as this one, over HTTP by hand and in a browser.
 * Ends with one line `N passed, N failed`. ATTACKS=short reads back every fifth script only. On the PostgreSQL of TEST_DATABASE_URL where there is one.
 */
import { join } from 'node:path';
import { finish, playwrightTally, reports, step, total, vitestTally } from '../steps.ts';
import { findChromium } from '../support/chromium.ts';

step('Build', process.execPath, ['server/build.ts']);
const http = join(reports, 'http.json');
step(
	'By hand',
	'npx',
	[
		'vitest',
		'run',
		'--project',
		'attacks',
		'--reporter=default',
		'--reporter=json',
		`--outputFile.json=${http}`
	],
	{ count: () => vitestTally(http) }
);
const chromium = findChromium();
if (chromium) {
	const browser = join(reports, 'browser.json');
	step('In a browser', 'npx', ['playwright', 'test', '--project=attacks', '--reporter=list,json'], {
		env: { CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: browser },
		count: () => playwrightTally(browser)
	});
} else {
	total.failed += 1;
	console.error('No Chromium: install one (package chromium) or set CHROMIUM_PATH.');
}
finish();
