import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCast, type Cast } from '../../tests/support/cast.ts';
import { testDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { failing } from '../../tests/support/failures.ts';
import type { App } from '../app.ts';
import { verbs } from '../verbs.ts';
import * as members from './members.ts';

let database: TestDatabase;
let cast: Cast;
beforeAll(async () => {
	database = await testDatabase();
	cast = await createCast(database.db);
});
afterAll(() => database.close());

async function run(verb: string, ...args: string[]): Promise<string[]> {
	const lines: string[] = [];
	const app = { db: database.db, contextFor: (who) => cast.context(who) } as App;
	await verbs[verb]!.run(app, args, (line) => lines.push(line));
	return lines;
}
const asAwa = () => ['--as', cast.awa.email];
const to = (person: { email: string }) => ['--email', person.email];

it('from a terminal, in Awa’s name: Diego moderates, is suspended, comes back, and moderates no more', async () => {
	await run('appoint', ...to(cast.diego), '--role', 'moderator', ...asAwa());
	expect(await run('appointments')).toContain(`moderator\tevery theme\t${cast.diego.email}\tDiego`);
	await run('suspend', ...to(cast.diego), '--reason', 'Un compte volé.', ...asAwa());
	expect(await run('appointments')).toContain(
		`moderator\tevery theme\t${cast.diego.email}\tDiego\tsuspended`
	);
	await run('lift', ...to(cast.diego), '--reason', 'Rendu à Diego.', ...asAwa());
	await run(
		'end-appointment',
		...to(cast.diego),
		'--role',
		'moderator',
		'--reason',
		'Mandat fini.',
		...asAwa()
	);
	expect((await run('appointments')).join()).not.toContain(cast.diego.email);
	const { actor_id } = await database.db
		.selectFrom('events')
		.select('actor_id')
		.where('name', '=', 'member.appointed')
		.executeTakeFirstOrThrow();
	expect(actor_id).toBe(cast.awa.id);
});

it('nobody acts from a terminal in the name of who administers nothing', async () => {
	for (const name of [cast.boris.email, 'personne@example.org'])
		await expect(run('suspend', ...to(cast.diego), '--reason', 'x', '--as', name)).rejects.toThrow(
			'no administrator'
		);
});

it('Awa and Efua, the last two administrators, suspend each other at once: one of them stays', async () => {
	await run('appoint', ...to(cast.efua), '--role', 'admin', ...asAwa());
	const efua = cast.context({ ...cast.efua.who, appointments: ['admin'] });
	const both = await Promise.allSettled([
		members.suspend(cast.context(cast.awa), { memberId: cast.efua.id, reason: 'Un doute.' }),
		members.suspend(efua, { memberId: cast.awa.id, reason: 'Un doute.' })
	]);
	expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
	const left = both[0].status === 'fulfilled' ? cast.context(cast.awa) : efua;
	const { who } = left;
	await failing(
		members.endAppointment(left, {
			memberId: who.kind === 'member' ? who.id : '',
			role: 'admin',
			reason: 'Je pars.'
		}),
		'conflict',
		'last_admin'
	);
});
