/** Builds the pages and the reference data when they are missing or older than their sources. --force builds anyway. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const stamp = join(root, 'build', 'sources.sha256');
const builder = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
const sources = [
	'src',
	'server',
	'messages',
	'static',
	// The page /accessibilite is made from it.
	'docs/accessibility.md',
	'project.inlang/settings.json',
	'vite.config.ts',
	'package-lock.json'
];
/** Written by the build or by the tests, so no reason to build again. */
const made = /(^|\/)(paraglide|registry\.tsv\.gz|[^/]*\.test\.ts)$/;

// A production install has no build tools: it runs the build it was given.
if (!existsSync(builder)) process.exit(0);

const digest = digestOf(sources);
const built = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
if (built !== digest || process.argv.includes('--force')) {
	console.log(built ? 'The sources changed: building…' : 'First start: building (about half a minute)…');
	const { compileRegistry } = await import('./reference/compile-registry.ts');
	await compileRegistry();
	const vite = spawnSync(process.execPath, [builder, 'build', '--logLevel', 'error'], {
		cwd: root,
		stdio: ['ignore', 'pipe', 'pipe'],
		encoding: 'utf8',
		env: { ...process.env, NODE_ENV: 'production' }
	});
	if (vite.status !== 0) {
		console.error(`${vite.stdout}${vite.stderr}\nThe build failed.`);
		process.exit(1);
	}
	writeFileSync(stamp, digest);
}

function digestOf(paths: string[]): string {
	const hash = createHash('sha256');
	const add = (path: string) => {
		const full = join(root, path);
		if (made.test(path) || !existsSync(full)) return;
		if (statSync(full).isDirectory()) {
			for (const name of readdirSync(full).sort()) add(`${path}/${name}`);
		} else {
			hash.update(`${path}\0`).update(readFileSync(full)).update('\0');
		}
	};
	for (const path of paths) add(path);
	return hash.digest('hex');
}
