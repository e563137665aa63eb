/** Programs of the system that a test starts for itself, on a free port. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './collaboration.ts';

const pathOf = (name: string) =>
	['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin']
		.map((folder) => join(folder, name))
		.find(existsSync);

export const nginx = pathOf('nginx');
export const redis = pathOf('redis-server');

export interface Program {
	port: number;
	child: ChildProcess;
	stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
	const probe = createServer().listen(0, '127.0.0.1');
	await once(probe, 'listening');
	const { port } = probe.address() as AddressInfo;
	probe.close();
	await once(probe, 'close');
	return port;
}

export async function startRedis(port?: number): Promise<Program> {
	const actual = port ?? (await freePort());
	return run(redis!, actual, [
		'--port',
		String(actual),
		'--bind',
		'127.0.0.1',
		'--save',
		'',
		'--appendonly',
		'no'
	]);
}

/** @param config of its http block, listening on this port */
export async function startNginx(port: number, config: string): Promise<Program> {
	const folder = mkdtempSync(join(tmpdir(), 'passerelle-nginx-'));
	mkdirSync(join(folder, 'temp'));
	const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
		.map((name) => `${name}_temp_path ${folder}/temp/${name};`)
		.join('\n');
	writeFileSync(
		join(folder, 'nginx.conf'),
		`daemon off; pid ${folder}/pid; error_log ${folder}/error.log; worker_processes 1;
		${process.getuid?.() === 0 ? 'user root;' : ''}
		events { worker_connections 1024; } http { access_log off; ${temporary}\n${config}\n}`
	);
	const test = spawnSync(nginx!, ['-t', '-c', join(folder, 'nginx.conf')], { encoding: 'utf8' });
	if (test.status !== 0) throw new Error(test.stderr);
	const program = await run(nginx!, port, ['-c', join(folder, 'nginx.conf')]);
	return {
		...program,
		async stop() {
			await program.stop();
			rmSync(folder, { recursive: true, force: true });
		}
	};
}

async function run(path: string, port: number, args: string[]): Promise<Program> {
	const child = spawn(path, args, { stdio: 'ignore' });
	const gone = once(child, 'exit');
	const isListening = () =>
		new Promise<boolean>((resolve) => {
			const probe = connect(port, '127.0.0.1', () => {
				probe.destroy();
				resolve(true);
			});
			probe.on('error', () => resolve(false));
		});
	await until(isListening, `${path} listens`);
	return {
		port,
		child,
		async stop() {
			if (child.exitCode === null && child.signalCode === null) {
				child.kill('SIGTERM');
				await gone;
			}
		}
	};
}
