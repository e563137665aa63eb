import { afterAll, expect, test } from 'vitest';
import { createCast } from '../tests/support/cast.ts';
import { testDatabase, testEnv } from '../tests/support/database.ts';
import { seedBench } from './bench-seed.ts';
import { verifyPassword } from './auth/passwords.ts';
import { whoOf } from './auth/sessions.ts';
import * as cases from './domain/cases.ts';
import * as documents from './domain/documents.ts';

const { db, close } = await testDatabase();
afterAll(close);
const { alpha, bus } = await createCast(db);
const app = { db, env: testEnv(), secure: false };

test('every member of a bench may write in every document, and signs in with the cookie alone', async () => {
	const seed = await seedBench(app, { members: 3, documents: 2 });
	expect(new Set(seed.members.map((member) => member.email)).size).toBe(3);
	expect(seed.documents).toHaveLength(2);
	for (const { id, email, cookie } of seed.members) {
		const who = await whoOf(db, cookie, false);
		expect(who).toMatchObject({ kind: 'member', id, isDemo: true });
		for (const document of seed.documents) {
			expect(await documents.access({ who, db, bus }, document.id)).toMatchObject({
				kind: 'bench',
				canWrite: true
			});
		}
		const member = await db
			.selectFrom('members')
			.select('password_hash')
			.where('email', '=', email)
			.executeTakeFirstOrThrow();
		expect(await verifyPassword(member.password_hash!, '!')).toBe(false);
	}
});

test('a second bench on the same database stands beside the first', async () => {
	const [one, two] = [
		await seedBench(app, { members: 1, documents: 1 }),
		await seedBench(app, { members: 1, documents: 1 })
	];
	expect(one.members[0]!.email).not.toBe(two.members[0]!.email);
});

test('a cookie of a bench opens nothing real', async () => {
	const { members } = await seedBench(app, { members: 1, documents: 1 });
	const who = await whoOf(db, members[0]!.cookie, false);
	await expect(
		cases.create({ who, db, bus }, { organisationId: alpha.id, clientKey: crypto.randomUUID() })
	).rejects.toMatchObject({ kind: 'forbidden' });
});

test('1,500 members and 100 documents take seconds', async () => {
	const started = performance.now();
	const seed = await seedBench(app, { members: 1_500, documents: 100 });
	expect(seed.members).toHaveLength(1_500);
	expect(new Set(seed.members.map((member) => member.cookie)).size).toBe(1_500);
	expect(seed.documents).toHaveLength(100);
	expect(performance.now() - started).toBeLessThan(20_000);
}, 30_000);

test('production refuses a bench unless it is allowed by name', async () => {
	const before = await members();
	const env = testEnv({ production: true });
	await expect(seedBench({ ...app, env }, { members: 1, documents: 1 })).rejects.toMatchObject({
		isStartError: true,
		message: expect.stringContaining('ALLOW_BENCH=1')
	});
	expect(await members()).toBe(before);
	await seedBench({ ...app, env: { ...env, allowBench: true } }, { members: 1, documents: 1 });
	expect(await members()).toBe(before + 1);
});

test('over https the cookie has the name that https wants', async () => {
	const { members } = await seedBench({ ...app, secure: true }, { members: 1, documents: 1 });
	expect(members[0]!.cookie).toMatch(/^__Host-session=/);
	expect((await whoOf(db, members[0]!.cookie, true)).kind).toBe('member');
});

async function members(): Promise<number> {
	return (await db.selectFrom('members').select('id').execute()).length;
}
