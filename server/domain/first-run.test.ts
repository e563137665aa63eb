import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../tests/support/database.ts';
import { failing } from '../../tests/support/failures.ts';
import type { Context } from '../context.ts';
import { memoryBus } from '../bus/memory.ts';
import * as firstRun from './first-run.ts';

const { db, close } = await testDatabase();
afterAll(close);
const nobody: Context = { who: { kind: 'visitor' }, db, bus: memoryBus((error) => console.error(error)) };
const tokenOf = (link: string | null) => new URL(link!, 'http://localhost').searchParams.get('jeton')!;
const awa = {
	name: 'Awa Diop',
	email: 'Awa@example.org',
	password: 'sept lampes sous la brume',
	locale: 'fr' as const
};
const boris = { ...awa, name: 'Boris', email: 'boris@example.org' };

test('Awa makes the first administrator, Boris is told that he is late, and then there is nothing to find', async () => {
	const [hers, his] = [tokenOf(await firstRun.issueLink(db)), tokenOf(await firstRun.issueLink(db))];
	await firstRun.say(nobody, hers, { networkName: 'Réseau d’essai' });
	await firstRun.say(nobody, his, { contactEmail: 'contact@example.org' });
	expect(await firstRun.look(nobody, hers)).toMatchObject({
		settings: { networkName: 'Réseau d’essai', contactEmail: 'contact@example.org' },
		admin: null,
		isTaken: false
	});
	await failing(firstRun.finish(nobody, hers), 'conflict', 'first_run_taken');
	await failing(
		firstRun.createAdmin(nobody, hers, { ...awa, password: 'court' }),
		'invalid',
		'password_too_short'
	);

	const both = await Promise.allSettled([
		firstRun.createAdmin(nobody, hers, awa),
		firstRun.createAdmin(nobody, his, boris)
	]);
	const [winner, loser] = both[0].status === 'fulfilled' ? [hers, his] : [his, hers];
	expect(both.find((one) => one.status === 'rejected')).toMatchObject({
		reason: { kind: 'conflict', code: 'first_run_taken' }
	});
	expect(await db.selectFrom('appointments').select('role').execute()).toEqual([{ role: 'admin' }]);
	expect(await firstRun.look(nobody, loser)).toMatchObject({ admin: null, isTaken: true });
	await failing(firstRun.say(nobody, loser, { networkName: 'Autre' }), 'conflict', 'first_run_taken');
	await failing(firstRun.finish(nobody, loser), 'conflict', 'first_run_taken');
	expect(await firstRun.issueLink(db)).toBeNull();

	const { admin } = await firstRun.look(nobody, winner);
	await firstRun.sendTest(nobody, winner, 'fr');
	expect((await firstRun.look(nobody, winner)).test).toEqual({ state: 'waiting', reason: null });
	const letters = await db.selectFrom('outbox').select(['kind', 'payload']).execute();
	expect(letters).toEqual([{ kind: 'mail.test', payload: { email: admin!.email, locale: 'fr' } }]);

	await firstRun.finish(nobody, winner);
	for (const token of [winner, loser, 'nothing']) {
		await failing(firstRun.look(nobody, token), 'not_found');
		await failing(firstRun.say(nobody, token, { networkName: 'Autre' }), 'not_found');
		await failing(firstRun.createAdmin(nobody, token, boris), 'not_found');
		await failing(firstRun.finish(nobody, token), 'not_found');
	}
	const acts = await db.selectFrom('events').select('name').orderBy('id').execute();
	expect(acts.map(({ name }) => name)).toEqual([
		'settings.changed',
		'settings.changed',
		'member.created',
		'first_run.finished'
	]);
	// Even when nobody administers any more.
	await db.deleteFrom('appointments').execute();
	expect(await firstRun.issueLink(db)).toBeNull();
});

test('Only the hash of the link is kept, for a day', async () => {
	await db.updateTable('settings').set({ first_run_at: null }).execute();
	const [id, secret] = tokenOf(await firstRun.issueLink(db)).split('.');
	const row = await db
		.selectFrom('one_time_tokens')
		.selectAll()
		.where('id', '=', id!)
		.executeTakeFirstOrThrow();
	expect(JSON.stringify(row)).not.toContain(secret);
	await db
		.updateTable('one_time_tokens')
		.set({ expires_at: new Date(Date.now() - 1000) })
		.where('id', '=', id!)
		.execute();
	await failing(firstRun.look(nobody, `${id}.${secret}`), 'not_found');
});
