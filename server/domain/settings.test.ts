import { afterAll, expect, test } from 'vitest';
import { createCast } from '../../tests/support/cast.ts';
import { testDatabase } from '../../tests/support/database.ts';
import { failing } from '../../tests/support/failures.ts';
import type { Who } from '../context.ts';
import * as settings from './settings.ts';

const { db, close } = await testDatabase();
afterAll(close);
const cast = await createCast(db);
const asAwa = cast.context(cast.awa);
const none = {
	networkName: '',
	contactName: '',
	contactEmail: '',
	contactAddress: '',
	publisher: '',
	host: ''
};

const acts = () =>
	db.selectFrom('events').select(['actor_id', 'data']).where('name', '=', 'settings.changed').execute();

test('Awa says who publishes the site, everybody reads it, and the journal says which words changed', async () => {
	expect(await settings.get(db)).toEqual(none);
	const said = { ...none, networkName: '  Réseau d’essai ', contactEmail: 'contact@example.org' };
	await settings.change(asAwa, said);
	await settings.change(asAwa, said);
	expect(await settings.get(db)).toEqual({ ...said, networkName: 'Réseau d’essai' });
	expect(await acts()).toEqual([
		{ actor_id: cast.awa.id, data: { settings: ['networkName', 'contactEmail'] } }
	]);
});

test('An address that is none, and words too long, are refused', async () => {
	await failing(settings.change(asAwa, { ...none, contactEmail: 'nobody' }), 'invalid', 'email_invalid');
	await failing(settings.change(asAwa, { ...none, host: 'a'.repeat(501) }), 'invalid', 'setting_too_long');
});

test('Boris and Farid find no such page; an administrator of the demonstration reads and changes nothing', async () => {
	for (const person of [cast.boris, cast.farid]) {
		await failing(settings.desk(cast.context(person)), 'not_found');
		await failing(settings.change(cast.context(person), none), 'not_found');
	}
	const demo = cast.context({ ...asAwa.who, isDemo: true } as Who);
	expect((await settings.desk(demo)).mayChange).toBe(false);
	await failing(settings.change(demo, none), 'forbidden');
});
