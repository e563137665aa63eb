/**
 * A process that opens the database of its environment, says what came of it in one line of JSON, and does what it was asked:
 * `hold` keeps it until killed, `migrate` migrates and leaves, `lock` takes the folder alone, without the engine,
 * `contend` takes it again and again for two seconds, and says how often it had it and how often it was not alone.
 */
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { openDatabase } from '../../server/database/connection.ts';
import { lockFolder } from '../../server/database/folder-lock.ts';
import { migrate } from '../../server/database/migrate.ts';
import { isStartError } from '../../server/database/start-error.ts';
import { readEnv } from '../../server/env.ts';

const verb = process.argv[2];
const say = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);
// Stays until killed, without a database to keep it busy.
const stay = () => setInterval(() => {}, 60_000);

try {
	const env = readEnv();
	if (verb === 'lock') {
		const release = await lockFolder(env.dataDir);
		process.once('SIGTERM', () => {
			release();
			process.exit(0);
		});
		stay();
		say({ open: true });
	} else if (verb === 'contend') {
		say(await contend(env.dataDir));
	} else {
		const warnings: string[] = [];
		const { db, close } = await openDatabase(env, {
			info: () => {},
			warn: (message) => warnings.push(message)
		});
		const applied = verb === 'migrate' ? await migrate(db) : [];
		await sql`select 1`.execute(db);
		say({ open: true, applied, warnings });
		if (verb === 'migrate') await close();
		else stay();
	}
} catch (error) {
	say({ open: false, isStartError: isStartError(error), message: (error as Error).message });
	process.exitCode = 1;
}

async function contend(folder: string): Promise<object> {
	const inside = join(folder, 'inside');
	let held = 0;
	let intrusions = 0;
	for (const end = Date.now() + 2_000; Date.now() < end;) {
		const release = await lockFolder(folder).catch(() => null);
		if (!release) continue;
		held++;
		try {
			writeFileSync(inside, '', { flag: 'wx' });
		} catch {
			intrusions++;
		}
		await pause(Math.random() * 3);
		rmSync(inside, { force: true });
		if (Math.random() < 0.5) release();
		else dieHolding(folder);
	}
	return { open: true, held, intrusions };
}

/** As a process that was killed leaves it. */
function dieHolding(folder: string): void {
	const locks = join(folder, 'database-lock');
	const mine = Math.max(...readdirSync(locks).map(Number).filter(Number.isInteger));
	const holder = JSON.parse(readFileSync(join(locks, String(mine)), 'utf8')) as object;
	writeFileSync(join(locks, 'dying'), JSON.stringify({ ...holder, started: 'an earlier boot:1' }));
	renameSync(join(locks, 'dying'), join(locks, String(mine)));
}
