/** The collaboration server in a process of its own, on one port for all its lives. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Limits } from '../../server/collaboration/limits.ts';

export interface ServerProcess {
	port: number;
	origin: string;
	start(): Promise<void>;
	/** No goodbye. */
	kill(): Promise<void>;
	/** Resident memory, in bytes. */
	memory(): number;
	/** Sweeps what it holds no more. */
	settle(): Promise<void>;
	/** What it printed on its error stream. */
	printed(): string;
}

/** @param variables which database, as testDatabase() gives them */
export async function serverProcess(
	variables: Record<string, string | undefined>,
	{ limits = {} }: { limits?: Partial<Limits> } = {}
): Promise<ServerProcess> {
	const port = await freePort();
	let child: ChildProcess | undefined;
	let printed = '';
	return {
		port,
		origin: `http://127.0.0.1:${port}`,
		async start() {
			const starting = spawn(process.execPath, ['--expose-gc', join(import.meta.dirname, 'server.ts')], {
				env: {
					PATH: process.env.PATH,
					...variables,
					HOST: '127.0.0.1',
					PORT: String(port),
					LOG_LEVEL: 'error',
					NODE_ENV: 'test',
					TEST_LIMITS: JSON.stringify(limits)
				},
				stdio: ['ignore', 'pipe', 'pipe']
			});
			child = starting;
			starting.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
			await new Promise<void>((resolve, reject) => {
				starting.stdout.once('data', () => resolve());
				starting.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${printed}`)));
			});
		},
		async kill() {
			if (!child || child.exitCode !== null || child.signalCode !== null) return;
			const gone = once(child, 'exit');
			child.kill('SIGKILL');
			await gone;
		},
		memory() {
			const status = readFileSync(`/proc/${child!.pid}/status`, 'utf8');
			return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) * 1024;
		},
		async settle() {
			child!.kill('SIGUSR2');
			await pause(300);
		},
		printed: () => printed
	};
}

async function freePort(): Promise<number> {
	const probe = createServer().listen(0, '127.0.0.1');
	await once(probe, 'listening');
	const { port } = probe.address() as AddressInfo;
	probe.close();
	await once(probe, 'close');
	return port;
}
