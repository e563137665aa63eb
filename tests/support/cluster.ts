/** A PostgreSQL of the test's own, with fsync on, to crash and to make refuse: the one of TEST_DATABASE_URL has other guests. */
import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';

const run = promisify(execFile);

export interface Cluster {
	/** Where databases may be created. */
	url: string;
	start(): Promise<void>;
	/** As if the machine had lost its power, but for the disk: no checkpoint, every connection cut. */
	crash(): Promise<void>;
	/** Whether transactions may write, for the connections that are open too. */
	allowWrites(isAllowed: boolean): Promise<void>;
	remove(): Promise<void>;
}

/** The folder of initdb and pg_ctl, null when this machine has none. */
export const binaries: string | null = (() => {
	const root = '/usr/lib/postgresql';
	const packaged = existsSync(root)
		? readdirSync(root)
				.sort((a, b) => Number(b) - Number(a))
				.map((version) => join(root, version, 'bin'))
		: [];
	const path = (process.env.PATH ?? '').split(':');
	return [...packaged, ...path].find((folder) => existsSync(join(folder, 'initdb'))) ?? null;
})();

/** PostgreSQL refuses to be run by root: then it is run by the user its packages make. */
const identity = process.getuid?.() === 0 ? postgresUser() : null;

export const noCluster: string | null =
	binaries === null
		? 'no initdb on this machine'
		: process.getuid?.() === 0 && !identity
			? 'run by root, and there is no user postgres'
			: null;

/** Started. */
export async function makeCluster(): Promise<Cluster> {
	const folder = mkdtempSync(join(tmpdir(), 'passerelle-cluster-'));
	if (identity) chownSync(folder, identity.uid, identity.gid);
	const data = join(folder, 'data');
	const port = await freePort();
	const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
	const command = async (name: string, args: string[]) =>
		void (await run(join(binaries!, name), args, { cwd: folder, ...identity }));
	const control = (...args: string[]) => command('pg_ctl', ['-D', data, '-w', ...args]);

	const cluster: Cluster = {
		url,
		start: () =>
			control(
				...[
					'-l',
					join(folder, 'log'),
					'-o',
					`-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=on`
				],
				'start'
			),
		crash: () => control('-m', 'immediate', 'stop'),
		async allowWrites(isAllowed) {
			const client = new Client({ connectionString: url });
			await client.connect();
			await client.query('set default_transaction_read_only = off');
			await client.query(
				`alter system ${isAllowed ? 'reset default_transaction_read_only' : 'set default_transaction_read_only = on'}`
			);
			await client.query('select pg_reload_conf()');
			await client.end();
		},
		async remove() {
			await cluster.crash().catch(() => {});
			rmSync(folder, { recursive: true, force: true });
		}
	};
	await command('initdb', [
		'-D',
		data,
		'-U',
		'postgres',
		'--auth=trust',
		'--encoding=UTF8',
		'--locale=C.UTF-8'
	]);
	await cluster.start();
	return cluster;
}

function postgresUser(): { uid: number; gid: number } | null {
	const line = readFileSync('/etc/passwd', 'utf8')
		.split('\n')
		.find((entry) => entry.startsWith('postgres:'));
	const [, , uid, gid] = line?.split(':') ?? [];
	return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null;
}

async function freePort(): Promise<number> {
	const probe = createServer().listen(0, '127.0.0.1');
	await once(probe, 'listening');
	const { port } = probe.address() as AddressInfo;
	probe.close();
	await once(probe, 'close');
	return port;
}
