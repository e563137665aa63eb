/** What would have been mailed in a test: a worker that keeps every letter instead of sending it. */
import type { Kysely } from 'kysely';
import { pino } from 'pino';
import type { Bus } from '../../server/bus/bus.ts';
import type { Database } from '../../server/database/tables.ts';
import { mailHandlers } from '../../server/jobs/mail.ts';
import { startOutbox } from '../../server/jobs/outbox.ts';
import { testEnv } from './database.ts';

export interface KeptLetter {
	to: string;
	subject: string;
	text: string;
	/** Of its link; an empty string when it has none. */
	token: string;
}

/** Every letter written since the last call, oldest first. */
export async function newLetters(db: Kysely<Database>, bus: Bus): Promise<KeptLetter[]> {
	const app = {
		db,
		bus,
		env: testEnv(),
		log: pino({ level: 'silent' }),
		origins: new Set(['http://localhost'])
	};
	const outbox = startOutbox(app, mailHandlers(app, null), { lanes: 1 });
	await outbox.drain();
	await outbox.close();
	const rows = await db.deleteFrom('outbox').returning(['id', 'kept', 'last_error']).execute();
	const failed = rows.find((row) => row.last_error);
	if (failed) throw new Error(`a letter could not be written: ${failed.last_error}`);
	return rows
		.sort((a, b) => Number(a.id) - Number(b.id))
		.filter((row) => row.kept)
		.map((row) => {
			const { to, subject, text } = row.kept as Omit<KeptLetter, 'token'>;
			return { to, subject, text, token: /jeton=([\w.-]+)/.exec(text)?.[1] ?? '' };
		});
}
