import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCast, type Cast } from '../../tests/support/cast.ts';
import { testDatabase } from '../../tests/support/database.ts';
import { createSession } from '../auth/sessions.ts';
import { issue } from '../auth/tokens.ts';
import type { Database } from '../database/tables.ts';
import * as threads from '../domain/threads.ts';
import { consume } from '../rate-limits.ts';
import { forget, longLived, shortLived } from './retention.ts';

const { db, close } = await testDatabase();
afterAll(close);
let cast: Cast;
const day_ms = 24 * 3_600_000;
const log = pino({ level: 'silent' });
const in_ms = (later_ms: number) =>
	forget(
		{ db, log, contextFor: (who) => cast.context(who) },
		{ ...shortLived, ...longLived },
		Date.now() + later_ms
	);

beforeAll(async () => {
	cast = await createCast(db);
	await db
		.updateTable('members')
		.set({ email_verified_at: new Date() })
		.where('id', 'not in', [cast.diego.id, cast.efua.id, cast.awa.id, cast.chloe.id])
		.execute();
	await threads.open(cast.context(cast.diego), {
		title: 'Une question',
		body: 'Bonjour',
		visibility: 'public',
		clientKey: randomUUID()
	});
	await db.deleteFrom('rate_limits').execute();
	await createSession(db, cast.chloe.id);
	await issue(db, { purpose: 'password_reset', memberId: cast.chloe.id, email: cast.chloe.email });
	await consume(db, 'essai', cast.chloe.id, { points: 3, duration_s: 3600 });
	for (const moment of ['sent_at', 'kept_at', 'failed_at'] as const)
		await db
			.insertInto('outbox')
			.values({ kind: 'mail.notice', dedupe_key: moment, [moment]: new Date() })
			.execute();
	await db.insertInto('outbox').values({ kind: 'mail.notice', dedupe_key: 'waits' }).execute();
	for (const [email, answer] of [
		['a@example.invalid', { accepted_at: new Date() }],
		['b@example.invalid', { withdrawn_at: new Date() }],
		['c@example.invalid', {}]
	] as const)
		await db
			.insertInto('invitations')
			.values({
				email,
				organisation_id: cast.alpha.id,
				role: 'member',
				locale: 'fr',
				expires_at: new Date(Date.now() + 14 * day_ms),
				...answer
			})
			.execute();
});

async function counts(...tables: (keyof Database)[]): Promise<number[]> {
	const found: number[] = [];
	for (const table of tables) {
		const rows = await db.selectFrom(table).select(db.fn.countAll<number>().as('count')).execute();
		found.push(rows[0]!.count);
	}
	return found;
}
const all = () => counts('sessions', 'one_time_tokens', 'rate_limits', 'outbox', 'invitations', 'members');

test('as time passes, what is over is forgotten, each thing in its time', async () => {
	await in_ms(0);
	expect(await all()).toEqual([1, 1, 1, 4, 3, 5]);
	await in_ms(2 * 3_600_000);
	expect(await all(), 'limits after their hour').toEqual([1, 1, 0, 4, 3, 5]);
	await in_ms(2 * day_ms);
	expect(await all(), 'a link a day after it expired').toEqual([1, 0, 0, 4, 3, 5]);
	await in_ms(15 * day_ms);
	expect(await all(), 'a session nobody used for a fortnight').toEqual([0, 0, 0, 4, 3, 5]);
	await in_ms(31 * day_ms);
	expect(await all(), 'mail and answered invitations after a month; mail that waits stays').toEqual([
		0, 0, 0, 1, 1, 5
	]);
	await in_ms(45 * day_ms);
	expect(await all(), 'an invitation a month after it expired').toEqual([0, 0, 0, 1, 0, 5]);
	await in_ms(91 * day_ms);
	// Awa administers, Boris proved his address, Chloé came, Diego wrote: only Efua never did.
	expect(await all()).toEqual([0, 0, 0, 1, 0, 4]);
	expect(await db.selectFrom('members').select('name').where('id', '=', cast.efua.id).execute()).toEqual([]);
});

test('a rule that fails keeps none of the others from running', async () => {
	const broken = shortLived['sessions that ended']!;
	shortLived['sessions that ended'] = () => Promise.reject(new Error('essai'));
	await consume(db, 'essai', cast.chloe.id, { points: 3, duration_s: 1 });
	await in_ms(day_ms);
	shortLived['sessions that ended'] = broken;
	expect(await counts('rate_limits')).toEqual([0]);
});
