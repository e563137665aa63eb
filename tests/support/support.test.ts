import { afterAll, expect, test } from 'vitest';
import { createCast } from './cast.ts';
import { testDatabase } from './database.ts';

const { db, close } = await testDatabase();
afterAll(close);

test('the cast stands in a fresh database', async () => {
	const cast = await createCast(db);
	const members = await db.selectFrom('members').select(['id', 'name']).orderBy('name').execute();
	expect(members.map((member) => member.name)).toEqual(['Awa', 'Boris', 'Chloé', 'Diego', 'Efua']);
	expect(cast.context(cast.chloe).who).toBe(cast.chloe.who);
	expect(cast.context(cast.farid).who).toEqual({ kind: 'visitor' });
});
