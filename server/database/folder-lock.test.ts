import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	utimesSync,
	writeFileSync
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silence, testEnv } from '../../tests/support/database.ts';
import { type DatabaseProcess, databaseProcess } from '../../tests/support/processes.ts';
import { openDatabase } from './connection.ts';
import { lockFolder } from './folder-lock.ts';

let dataDir: string;
let children: DatabaseProcess[];

beforeEach(() => {
	dataDir = mkdtempSync(join(tmpdir(), 'passerelle-lock-'));
	children = [];
});
afterEach(async () => {
	await Promise.all(children.map((child) => child.kill()));
	rmSync(dataDir, { recursive: true, force: true });
});

async function start(verb: 'hold' | 'lock' | 'contend'): Promise<DatabaseProcess> {
	const child = await databaseProcess(verb, { DATA_DIR: dataDir });
	children.push(child);
	return child;
}

/** What a holder that did not clean up leaves behind. */
function leaveHolder(number: number, holder: object | string): string {
	mkdirSync(join(dataDir, 'database-lock'), { recursive: true });
	const file = join(dataDir, 'database-lock', String(number));
	writeFileSync(file, typeof holder === 'string' ? holder : JSON.stringify(holder));
	return file;
}

describe('with the engine', () => {
	test('a second process is refused with a clear sentence, and the first one’s data is intact', async () => {
		const first = await openDatabase(testEnv({ dataDir }), silence);
		await sql`create table words (word text)`.execute(first.db);
		await sql`insert into words values ('avant')`.execute(first.db);

		const { said } = await start('hold');
		expect(said).toMatchObject({ open: false, isStartError: true });
		expect(said.message).toContain(`already open in process ${process.pid}`);
		expect(said.message).toContain(dataDir);

		await sql`insert into words values ('après')`.execute(first.db);
		await first.close();
		const again = await openDatabase(testEnv({ dataDir }), silence);
		expect((await sql`select word from words order by word`.execute(again.db)).rows).toEqual([
			{ word: 'après' },
			{ word: 'avant' }
		]);
		await again.close();
	}, 60_000);

	test('the folder of a process that was killed is taken over, with its data', async () => {
		const killed = await start('hold');
		expect(killed.said.open).toBe(true);
		await expect(openDatabase(testEnv({ dataDir }), silence)).rejects.toThrow(
			`process ${killed.process.pid}`
		);
		await killed.kill('SIGKILL');

		const { db, close } = await openDatabase(testEnv({ dataDir }), silence);
		expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
		await close();
	}, 60_000);
});

describe('the lock alone', () => {
	test('of six processes that start together after a kill, one gets the folder', async () => {
		await (await start('lock')).kill('SIGKILL');
		const starters = await Promise.all(Array.from({ length: 6 }, () => start('lock')));
		const [holder, ...others] = starters.filter((starter) => starter.said.open);
		expect(others).toEqual([]);
		for (const refused of starters.filter((starter) => !starter.said.open))
			expect(refused.said.message).toContain(`process ${holder!.process.pid}`);
	}, 60_000);

	test.runIf(existsSync('/proc/self/stat'))(
		'four processes that give it back or die, again and again, are never two inside',
		async () => {
			const contenders = await Promise.all(Array.from({ length: 4 }, () => start('contend')));
			const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
			expect(sum(contenders.map(({ said }) => said.held!))).toBeGreaterThan(50);
			expect(sum(contenders.map(({ said }) => said.intrusions!))).toBe(0);
		},
		60_000
	);

	test('the same process cannot open the folder twice, and can again once it gave it back', async () => {
		const release = await lockFolder(dataDir);
		await expect(lockFolder(dataDir)).rejects.toThrow('already open');
		release();
		(await lockFolder(dataDir))();
	});

	test('a process that stopped cleanly leaves the folder to the next', async () => {
		await (await start('lock')).kill('SIGTERM');
		expect((await start('lock')).said.open).toBe(true);
	});

	test('old numbers are swept, and the newest stays as the mark nobody can go back before', async () => {
		for (let round = 0; round < 3; round++) (await lockFolder(dataDir))();
		expect(readdirSync(join(dataDir, 'database-lock'))).toEqual(['3']);
	});

	test.runIf(existsSync('/proc/self/stat'))(
		'a pid given again to another process does not hold the folder',
		async () => {
			leaveHolder(4, { pid: process.pid, host: hostname(), started: 'another boot:12345' });
			(await lockFolder(dataDir))();
		}
	);

	test('a file that says nothing is a holder that died while writing it', async () => {
		leaveHolder(1, '{"pid":');
		(await lockFolder(dataDir))();
		expect(readdirSync(join(dataDir, 'database-lock'))).toEqual(['2']);
	});

	test('a holder in another container is believed while it gives signs of life, not after', async () => {
		const file = leaveHolder(1, { pid: 1, host: 'another-container', started: null });
		await expect(lockFolder(dataDir)).rejects.toThrow('another-container');
		const longAgo = new Date(Date.now() - 120_000);
		utimesSync(file, longAgo, longAgo);
		(await lockFolder(dataDir))();
	});

	test('the holder is written for whoever looks', async () => {
		const release = await lockFolder(dataDir);
		const holder: unknown = JSON.parse(readFileSync(join(dataDir, 'database-lock', '1'), 'utf8'));
		expect(holder).toMatchObject({ pid: process.pid, host: hostname() });
		release();
	});
});
