/** The steps of a test command: each runs a program, and all of them end in one line `N passed, N failed`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Tally {
	passed: number;
	failed: number;
	skipped: number;
}

const root = join(import.meta.dirname, '..');
/** Where runners leave what they counted. */
export const reports = mkdtempSync(join(tmpdir(), 'passerelle-reports-'));
export const total: Tally = { passed: 0, failed: 0, skipped: 0 };

export function finish(): void {
	rmSync(reports, { recursive: true, force: true });
	console.log(
		`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`
	);
	process.exitCode = total.failed > 0 ? 1 : 0;
}

/** A step without a report of its own counts as one check. */
export function step(
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

export function vitestTally(file: string): Tally | undefined {
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

export function playwrightTally(file: string): Tally | undefined {
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
