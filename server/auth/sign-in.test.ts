import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { createCast, type Cast } from '../../tests/support/cast.ts';
import * as members from '../domain/members.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { createSession, inactivity_ms, lifetime_ms, validateToken, whoOf } from './sessions.ts';
import { signIn, signOut } from './sign-in.ts';

let database: TestDatabase;
let cast: Cast;
const password = 'une longue phrase de passe';

beforeAll(async () => {
	database = await testDatabase();
	cast = await createCast(database.db);
	await members.create(cast.context({ kind: 'visitor' }), {
		email: 'Gisele@Example.org',
		name: 'Gisèle',
		password,
		role: 'contributor',
		organisationId: cast.alpha.id
	});
});
afterAll(() => database.close());

const visitor = () => cast.context({ kind: 'visitor' });

describe('a person signs in', () => {
	it('with the right password, whatever the case of the address', async () => {
		const { token } = await signIn(visitor(), {
			email: ' GISELE@example.ORG ',
			password,
			address: '192.0.2.1'
		});
		const who = await whoOf(database.db, `other=1; session=${token}`, false);
		expect(who).toMatchObject({ kind: 'member', name: 'Gisèle', memberships: [{ role: 'contributor' }] });
	});

	it('and hears the same words for a wrong password and an unknown address', async () => {
		const wrong = signIn(visitor(), {
			email: 'gisele@example.org',
			password: 'autre chose',
			address: '192.0.2.1'
		});
		await expect(wrong).rejects.toMatchObject({ kind: 'invalid', code: 'wrong_credentials' });
		const unknown = signIn(visitor(), { email: 'personne@example.org', password, address: '192.0.2.1' });
		await expect(unknown).rejects.toMatchObject({ kind: 'invalid', code: 'wrong_credentials' });
	});

	it('and is slowed after ten wrong tries, even when they are made at once', async () => {
		const tries = Array.from({ length: 15 }, () =>
			signIn(visitor(), { email: 'cible@example.org', password: 'au hasard', address: '192.0.2.2' }).catch(
				(error: { code: string }) => error.code
			)
		);
		const answers = await Promise.all(tries);
		expect(answers.filter((code) => code === 'wrong_credentials')).toHaveLength(10);
		expect(answers.filter((code) => code === 'too_many')).toHaveLength(5);
	});

	it('and out: the session is gone and everyone who held it open is told', async () => {
		const { token } = await signIn(visitor(), {
			email: 'gisele@example.org',
			password,
			address: '192.0.2.3'
		});
		const who = await validateToken(database.db, token);
		const context = cast.context(who);
		const told: string[] = [];
		context.bus.subscribe('session.ended', ({ sessionId }) => told.push(sessionId));
		await signOut(context);
		expect(told).toEqual([token.split('.')[0]]);
		expect(await validateToken(database.db, token)).toEqual({ kind: 'visitor' });
	});
});

describe('a session', () => {
	it('is not opened by its id without its secret', async () => {
		const { id, token } = await createSession(database.db, cast.chloe.id);
		expect((await validateToken(database.db, token)).kind).toBe('member');
		expect((await validateToken(database.db, `${id}.${'a'.repeat(20)}`)).kind).toBe('visitor');
	});

	it('keeps no secret in the database', async () => {
		const { token } = await createSession(database.db, cast.chloe.id);
		const rows = await database.db.selectFrom('sessions').selectAll().execute();
		expect(JSON.stringify(rows)).not.toContain(token.split('.')[1]);
	});

	it('ends after two weeks without use, and after ninety days whatever the use', async () => {
		const unused = await createSession(database.db, cast.chloe.id);
		expect((await validateToken(database.db, unused.token, Date.now() + inactivity_ms - 60_000)).kind).toBe(
			'member'
		);
		const forgotten = await createSession(database.db, cast.chloe.id);
		expect((await validateToken(database.db, forgotten.token, Date.now() + inactivity_ms + 1)).kind).toBe(
			'visitor'
		);
		const old = await createSession(database.db, cast.chloe.id);
		await database.db
			.updateTable('sessions')
			.set({ created_at: new Date(Date.now() - lifetime_ms) })
			.where('id', '=', old.id)
			.execute();
		expect((await validateToken(database.db, old.token)).kind).toBe('visitor');
	});

	it('of a suspended member opens nothing', async () => {
		const { token } = await createSession(database.db, cast.efua.id);
		expect((await validateToken(database.db, token)).kind).toBe('member');
		await database.db
			.updateTable('members')
			.set({ suspended_at: new Date() })
			.where('id', '=', cast.efua.id)
			.execute();
		expect((await validateToken(database.db, token)).kind).toBe('visitor');
	});

	it('is not believed from a malformed cookie', async () => {
		for (const cookie of [
			'session=',
			'session=x.y',
			"session=' or 1=1 --",
			'session=\u0000.\u0000',
			`session=${'a'.repeat(9000)}`
		]) {
			expect(await whoOf(database.db, cookie, false)).toEqual({ kind: 'visitor' });
		}
	});

	it('comes only from the host-bound cookie when people come over https', async () => {
		const { token } = await createSession(database.db, cast.chloe.id);
		expect((await whoOf(database.db, `session=${token}`, true)).kind).toBe('visitor');
		expect((await whoOf(database.db, `__Host-session=${token}`, true)).kind).toBe('member');
	});
});

describe('a password', () => {
	it('is recognised however the accents were typed, and only then', async () => {
		const hash = await hashPassword('été à l’étranger');
		expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
		expect(await verifyPassword(hash, 'e\u0301te\u0301 a\u0300 l’e\u0301tranger')).toBe(true);
		expect(await verifyPassword(hash, 'ete a l’etranger')).toBe(false);
		expect(await verifyPassword('not a hash', 'été à l’étranger')).toBe(false);
	});

	it('is refused under twelve characters, and when absurdly long', async () => {
		await expect(hashPassword('onze signes')).rejects.toMatchObject({ code: 'password_too_short' });
		await expect(hashPassword('x'.repeat(257))).rejects.toMatchObject({ code: 'password_too_long' });
	});
});

describe('an account', () => {
	it('is made once for an address, even when two people make it at once', async () => {
		const make = () =>
			members.create(visitor(), {
				email: 'double@example.org',
				name: 'Double',
				password,
				role: 'member',
				organisationId: cast.alpha.id
			});
		const results = await Promise.allSettled([make(), make()]);
		expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
		expect(results.find((result) => result.status === 'rejected')?.reason).toMatchObject({
			code: 'email_taken'
		});
	});

	it('needs an organisation to speak for', async () => {
		const lonely = members.create(visitor(), {
			email: 'seul@example.org',
			name: 'Seul',
			password,
			role: 'referent',
			organisationId: null
		});
		await expect(lonely).rejects.toMatchObject({ code: 'organisation_needed' });
	});
});
