/** What an operator meets: starting, stopping, and everything that keeps Passerelle from starting. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { install, type Installation } from '../support/app.ts';

const installations: Installation[] = [];
afterEach(async () => {
	for (const installation of installations.splice(0)) await installation.remove();
});

async function installed(env?: Record<string, string>): Promise<Installation> {
	const installation = await install(env, { embedded: true });
	installations.push(installation);
	return installation;
}

describe('an operator', () => {
	it('starts Passerelle, sees that it is well, and stops it cleanly', async () => {
		const passerelle = await installed();
		await passerelle.start();
		expect(await (await fetch(`${passerelle.origin}/healthz`)).json()).toEqual({ status: 'ok' });
		expect(await (await fetch(`${passerelle.origin}/readyz`)).json()).toEqual({
			status: 'ready',
			database: 'embedded'
		});
		expect((await fetch(passerelle.origin)).status).toBe(200);
		expect(await passerelle.stop()).toBe(0);
	});

	it('makes an account while the server runs, and it survives kill -9 and a restart', async () => {
		const passerelle = await installed();
		await passerelle.start();
		const made = passerelle.cli(
			...['create-member', '--email', 'chloe@example.org', '--name', 'Chloé', '--role', 'referent'],
			...['--organisation', 'commune:31555']
		);
		expect(made).toMatch(/^chloe@example\.org\t\S{16}\n$/);
		await passerelle.kill();
		await passerelle.start();
		expect(() =>
			passerelle.cli(
				'create-member',
				'--email',
				'chloe@example.org',
				'--name',
				'Chloé',
				'--role',
				'moderator'
			)
		).toThrow(/email_taken/);
	});

	it('is told when the port is taken, and the data folder stays untouched', async () => {
		const other = createServer();
		await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
		const { port } = other.address() as { port: number };
		const passerelle = await installed({ PORT: String(port) });
		await expect(passerelle.start()).rejects.toThrow(
			new RegExp(`Port ${port} on 127.0.0.1 is already taken`)
		);
		expect(readdirSync(passerelle.dataDir)).toEqual([]);
		other.close();
	});

	it('is told when another Passerelle holds the same folder', async () => {
		const first = await installed();
		await first.start();
		const second = await installed({ DATA_DIR: first.dataDir });
		await expect(second.start()).rejects.toThrow(/already open/);
		expect((await fetch(`${first.origin}/readyz`)).status).toBe(200);
	});

	it('is told which variable has a bad value', async () => {
		const passerelle = await installed({ PORT: 'three thousand', DATABASE_URL: 'mysql://nope' });
		await expect(passerelle.start()).rejects.toThrow(/PORT[\s\S]*DATABASE_URL/);
	});

	it('is told why the embedded database is not for production', async () => {
		const passerelle = await installed({ NODE_ENV: 'production' });
		await expect(passerelle.start()).rejects.toThrow(/ALLOW_EMBEDDED_DB=1/);
	});

	it('is told when PostgreSQL cannot be reached', async () => {
		const passerelle = await installed({ DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' });
		await expect(passerelle.start()).rejects.toThrow(/DATABASE_URL/);
	});

	it('is told when the data folder cannot be written', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'passerelle-read-only-'));
		const file = join(folder, 'file');
		spawnSync('touch', [file]);
		chmodSync(folder, 0o500);
		// A file where a folder should be refuses everyone, root included.
		const passerelle = await installed({ DATA_DIR: join(file, 'data') });
		await expect(passerelle.start()).rejects.toThrow(/DATA_DIR/);
		expect(existsSync(join(file, 'data'))).toBe(false);
		chmodSync(folder, 0o700);
		rmSync(folder, { recursive: true });
	});

	it('is shown the verbs of the command line, and hears when one does not exist', async () => {
		const passerelle = await installed();
		expect(passerelle.cli('help')).toContain('demo:purge');
		expect(() => passerelle.cli('make-coffee')).toThrow(/failed/);
	});
});
