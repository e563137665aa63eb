/** `npm run audit`: known weaknesses of what is installed in production, and the signatures of the registry. Needs a network. */
import { spawnSync } from 'node:child_process';

/** What npm says when it looked and found something; anything else means that nobody could tell. */
const found = /vulnerabilit|invalid registry signature|missing registry signature/i;

const steps = [
	['known weaknesses', ['audit', '--omit=dev']],
	['signatures', ['audit', 'signatures']]
] as const;

for (const [what, args] of steps) {
	const { status, stdout, stderr } = spawnSync('npm', args, { encoding: 'utf8', timeout: 120_000 });
	console.log(`${what}:\n${stdout}`);
	if (status === 0) continue;
	console.error(stderr);
	console.error(
		found.test(stdout)
			? `npm found something wrong (${what}): see docs/security.md, “Updates”.`
			: `The registry did not answer about ${what}: nothing is known. Try again where it can be reached.`
	);
	process.exitCode = 1;
}
