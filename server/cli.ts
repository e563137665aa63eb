/** passerelle <verb>: what an operator does from a terminal. `npm run cli -- help` lists the verbs. */
import { openApp, type App } from './app.ts';
import { forward } from './control.ts';
import { readEnv } from './env.ts';
import { explain, verbs } from './verbs.ts';

try {
	await main(process.argv.slice(2));
} catch (error) {
	console.error(explain(error) ?? error);
	process.exitCode = 1;
}

async function main([name, ...args]: string[]): Promise<void> {
	const verb = name === undefined ? undefined : verbs[name];
	if (!verb) {
		if (name !== undefined && name !== 'help') process.exitCode = 1;
		console.log('Usage: npm run cli -- <verb>\n');
		for (const { usage, does } of Object.values(verbs)) console.log(`  ${usage}\n      ${does}`);
		return;
	}
	const env = readEnv({ LOG_LEVEL: 'warn' });
	if (verb.needsDatabase === false) return verb.run({ env } as App, args, console.log);

	const answer = await forward(env, { verb: name!, args });
	if (answer) {
		for (const line of answer.lines) console.log(line);
		if (answer.failure !== null) {
			console.error(answer.failure);
			process.exitCode = 1;
		}
		return;
	}
	const app = await openApp(env);
	try {
		await verb.run(app, args, console.log);
	} finally {
		await app.close();
	}
}
