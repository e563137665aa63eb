/** A real Passerelle, started as an operator starts it, on a port and a folder of its own. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

const root = join(import.meta.dirname, '..', '..');

export interface Installation {
	origin: string;
	dataDir: string;
	/** Of its PostgreSQL, undefined when embedded. */
	databaseUrl: string | undefined;
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

/**
 * On a database of its own: in its folder, or on the PostgreSQL of TEST_DATABASE_URL where there is one.
 * @param env added to the environment, e.g. DEMO
 * @param embedded whatever the suite runs on
 */
export async function install(
	env: Record<string, string> = {},
	{ embedded = false } = {}
): Promise<Installation> {
	const dataDir = mkdtempSync(join(tmpdir(), 'passerelle-'));
	const port = await freePort();
	const server = embedded ? undefined : process.env.TEST_DATABASE_URL;
	const database = server ? await createDatabase(server) : undefined;
	const environment = {
		...process.env,
		HOST: '127.0.0.1',
		PORT: String(port),
		DATA_DIR: dataDir,
		DEMO: '0',
		LOG_LEVEL: 'warn',
		// On by default; a journey about something else goes in with the password alone.
		REQUIRE_SECOND_FACTOR: '0',
		DATABASE_URL: database?.url,
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
		databaseUrl: environment.DATABASE_URL,
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
			await database?.drop();
			rmSync(dataDir, { recursive: true, force: true });
		},
		output: () => printed
	};
}

async function createDatabase(server: string): Promise<{ url: string; drop(): Promise<void> }> {
	const name = `passerelle_journey_${randomBytes(8).toString('hex')}`;
	const run = async (statement: string) => {
		const client = new Client({ connectionString: server });
		await client.connect();
		await client.query(statement);
		await client.end();
	};
	await run(`create database ${name} template template0 encoding 'UTF8'`);
	const url = new URL(server);
	url.pathname = `/${name}`;
	return { url: url.href, drop: () => run(`drop database if exists ${name} with (force)`) };
}

export function freePort(): Promise<number> {
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
