import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Said {
	open: boolean;
	applied?: string[];
	warnings?: string[];
	isStartError?: boolean;
	message?: string;
	held?: number;
	intrusions?: number;
}
export interface DatabaseProcess {
	said: Said;
	process: ChildProcess;
	/** Resolves once the process is gone. */
	kill(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts database-process.ts and waits for its line. */
export async function databaseProcess(
	verb: 'hold' | 'migrate' | 'lock' | 'contend',
	variables: Record<string, string | undefined>,
	{ uid }: { uid?: number } = {}
): Promise<DatabaseProcess> {
	const child = spawn(process.execPath, [join(import.meta.dirname, 'database-process.ts'), verb], {
		// Nothing of the surrounding environment may decide which database is opened.
		env: { PATH: process.env.PATH, LOG_LEVEL: 'silent', ...variables },
		stdio: ['ignore', 'pipe', 'inherit'],
		uid
	});
	const gone = once(child, 'exit');
	const line = await new Promise<string>((resolve, reject) => {
		createInterface({ input: child.stdout }).once('line', resolve);
		gone.then(
			([code]) => setTimeout(() => reject(new Error(`it said nothing and ended with ${code}`)), 100),
			reject
		);
	});
	return {
		said: JSON.parse(line) as Said,
		process: child,
		kill: async (signal = 'SIGKILL') => {
			child.kill(signal);
			await gone;
		}
	};
}
