/** A real Passerelle, started as an operator starts it, on a port and a folder of its own. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

export interface Installation {
	origin: string;
	dataDir: string;
	/** Resolves when the server says it is ready. */
	start(): Promise<void>;
	/** SIGKILL: no goodbye. */
	kill(): Promise<void>;
	/** SIGTERM; resolves with the exit code. */
	stop(): Promise<number | null>;
	/** Runs a verb of the command line while the server is stopped; returns what it printed. */
	cli(...args: string[]): string;
	/** Stops everything and removes the folder. */
	remove(): Promise<void>;
	/** What the process printed so far: both streams. */
	output(): string;
}

/** @param env added to the environment, e.g. DEMO or DATABASE_URL */
export async function install(env: Record<string, string> = {}): Promise<Installation> {
	const dataDir = mkdtempSync(join(tmpdir(), 'passerelle-'));
	const port = await freePort();
	const environment = {
		...process.env,
		HOST: '127.0.0.1',
		PORT: String(port),
		DATA_DIR: dataDir,
		DEMO: '0',
		LOG_LEVEL: 'warn',
		DATABASE_URL: undefined,
		NODE_ENV: undefined,
		...env
	};
	let child: ChildProcess | undefined;
	let printed = '';

	const end = async (signal: NodeJS.Signals) => {
		const running = child;
		if (!running || running.exitCode !== null || running.signalCode !== null)
			return running?.exitCode ?? null;
		const exited = once(running, 'exit');
		running.kill(signal);
		await exited;
		return running.exitCode;
	};

	return {
		origin: `http://127.0.0.1:${port}`,
		dataDir,
		async start() {
			const running = spawn(process.execPath, ['server/main.ts'], { cwd: root, env: environment });
			child = running;
			await new Promise<void>((resolve, reject) => {
				let heard = '';
				const listen = (chunk: Buffer) => {
					printed += chunk.toString();
					heard += chunk.toString();
					if (heard.includes('Passerelle is ready')) resolve();
				};
				running.stdout.on('data', listen);
				running.stderr.on('data', listen);
				running.once('exit', (code) => reject(new Error(`the server stopped with ${code}:\n${heard}`)));
			});
		},
		kill: async () => void (await end('SIGKILL')),
		stop: () => end('SIGTERM'),
		cli(...args) {
			const { status, stdout, stderr } = spawnSync(process.execPath, ['server/cli.ts', ...args], {
				cwd: root,
				env: environment,
				encoding: 'utf8'
			});
			if (status !== 0) throw new Error(`cli ${args[0]} failed:\n${stdout}${stderr}`);
			return stdout;
		},
		async remove() {
			await end('SIGTERM');
			rmSync(dataDir, { recursive: true, force: true });
		},
		output: () => printed
	};
}

function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const probe = createServer();
		probe.once('error', reject);
		probe.listen(0, '127.0.0.1', () => {
			const address = probe.address();
			probe.close(() =>
				typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))
			);
		});
	});
}
