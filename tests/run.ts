/**
 * `npm test`: everything, in order, ending with one line `N passed, N failed`. Long journeys are left to
 * `npm run test:postgres`, which runs the same database suites, and those journeys, on the PostgreSQL of TEST_DATABASE_URL.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from './support/chromium.ts';

interface Tally {
	passed: number;
	failed: number;
	skipped: number;
}

const root = join(import.meta.dirname, '..');
const reports = mkdtempSync(join(tmpdir(), 'passerelle-reports-'));
const total: Tally = { passed: 0, failed: 0, skipped: 0 };

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
step(
	'Unit and database',
	'npx',
	['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${reports}/vitest.json`],
	{
		count: () => vitestTally(join(reports, 'vitest.json'))
	}
);
const chromium = findChromium();
if (chromium) {
	const selection = onPostgres ? ['--grep', '@long|@postgres'] : ['--grep-invert', '@long'];
	step('Journeys', 'npx', ['playwright', 'test', ...selection, '--reporter=list,json'], {
		env: { CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: join(reports, 'playwright.json') },
		count: () => playwrightTally(join(reports, 'playwright.json'))
	});
} else {
	total.failed += 1;
	console.error(
		'No Chromium: install one (package chromium, or npx playwright install chromium) or set CHROMIUM_PATH.'
	);
}

rmSync(reports, { recursive: true, force: true });
console.log(
	`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`
);
process.exitCode = total.failed > 0 ? 1 : 0;

/** A step without a report of its own counts as one check. */
function step(
	name: string,
	command: string,
	args: string[],
	{ env = {}, count }: { env?: Record<string, string>; count?: () => Tally | undefined } = {}
): void {
	const started_ms = Date.now();
	console.log(`\n== ${name}`);
	const { status } = spawnSync(command, args, {
		cwd: root,
		stdio: 'inherit',
		env: { ...process.env, ...env }
	});
	const tally = (status !== null && count?.()) || {
		passed: status === 0 ? 1 : 0,
		failed: status === 0 ? 0 : 1,
		skipped: 0
	};
	// A runner that failed outside its tests has failed all the same.
	if (status !== 0 && tally.failed === 0) tally.failed = 1;
	total.passed += tally.passed;
	total.failed += tally.failed;
	total.skipped += tally.skipped;
	console.log(
		`-- ${name}: ${status === 0 ? 'ok' : 'FAILED'} in ${Math.round((Date.now() - started_ms) / 1000)} s`
	);
}

function vitestTally(file: string): Tally | undefined {
	const report = readReport<{ numPassedTests: number; numFailedTests: number; numPendingTests: number }>(
		file
	);
	return (
		report && {
			passed: report.numPassedTests,
			failed: report.numFailedTests,
			skipped: report.numPendingTests
		}
	);
}

function playwrightTally(file: string): Tally | undefined {
	const report = readReport<{
		stats: { expected: number; flaky: number; unexpected: number; skipped: number };
	}>(file);
	return (
		report && {
			passed: report.stats.expected + report.stats.flaky,
			failed: report.stats.unexpected,
			skipped: report.stats.skipped
		}
	);
}

function readReport<T>(file: string): T | undefined {
	try {
		return JSON.parse(readFileSync(file, 'utf8')) as T;
	} catch {
		return undefined;
	}
}
