/**
 * A process that opens the database of its environment, says what came of it in one line of JSON, and does what it was asked:
 * `hold` keeps it until killed, `migrate` migrates and leaves, `lock` takes the folder alone, without the engine.
 */
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
