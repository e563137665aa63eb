/** An account nobody can steal: mailed links, the second factor, sessions and the password. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCast, type Cast, type CastMember } from '../../tests/support/cast.ts';
import { testDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { failing } from '../../tests/support/failures.ts';
import { newLetters } from '../../tests/support/letters.ts';
import type { Context } from '../context.ts';
import * as account from '../domain/account.ts';
import * as members from '../domain/members.ts';
import { deviceOf } from './device.ts';
import { hashPassword, isCommon, verifyPassword } from './passwords.ts';
import * as recovery from './recovery.ts';
import * as secondFactor from './second-factor.ts';
import {
	createSession,
	listSessions,
	pendingSession,
	revokeOtherSessions,
	revokeSession,
	validateToken
} from './sessions.ts';
import { giveCode, signIn } from './sign-in.ts';
import * as tokens from './tokens.ts';
import { codeAt, stepAt } from './totp.ts';

let database: TestDatabase;
let cast: Cast;
let passwordHash: string;
const password = 'trois vélos sous la pluie';
const other = 'une théière pour le préfet';
const address = '192.0.2.9';

beforeAll(async () => {
	database = await testDatabase();
	cast = await createCast(database.db);
	passwordHash = await hashPassword(password);
});
beforeEach(async () => {
	const { db } = database;
	for (const table of [
		'rate_limits',
		'outbox',
		'one_time_tokens',
		'sessions',
		'second_factors',
		'recovery_codes'
	] as const)
		await db.deleteFrom(table).execute();
	await db.updateTable('members').set({ password_hash: passwordHash, suspended_at: null }).execute();
});
afterAll(() => database.close());

const visitor = () => cast.context(cast.farid);
const letters = () => newLetters(database.db, cast.bus);

/** Signed in on one more browser. */
async function browserOf(
	person: CastMember,
	device = 'Firefox, Linux'
): Promise<{ token: string; context: Context }> {
	const { token } = await createSession(database.db, person.id, { device });
	return { token, context: cast.context(await validateToken(database.db, token)) };
}
async function mailed(purpose: 'password_reset' | 'sign_in', person: CastMember): Promise<string> {
	await recovery.requestMail(visitor(), purpose, { email: person.email, address });
	return (await letters())[0]!.token;
}
const isSignedIn = async (token: string) => (await validateToken(database.db, token)).kind === 'member';
const opens = (person: CastMember, words: string) =>
	signIn(visitor(), { email: person.email, password: words, address }).then(
		() => true,
		() => false
	);

describe('a forgotten password', () => {
	it('is replaced from the mail: Chloé is signed out everywhere, the old one opens nothing, and she is told', async () => {
		const [office, phone] = [await browserOf(cast.chloe), await browserOf(cast.chloe)];
		const boris = await browserOf(cast.boris);
		const ended: string[] = [];
		const stop = cast.bus.subscribe('session.ended', ({ sessionId }) => ended.push(sessionId));
		const token = await mailed('password_reset', cast.chloe);
		expect(await recovery.preview(database.db, token, 'password_reset')).toEqual({ email: cast.chloe.email });

		await recovery.resetPassword(visitor(), { token, password: other });
		stop();
		expect(await isSignedIn(office.token)).toBe(false);
		expect(await isSignedIn(phone.token)).toBe(false);
		expect(await isSignedIn(boris.token)).toBe(true);
		expect(ended.sort()).toEqual([office.token, phone.token].map((t) => t.split('.')[0]).sort());
		expect(await opens(cast.chloe, password)).toBe(false);
		expect(await opens(cast.chloe, other)).toBe(true);
		expect((await letters()).map((letter) => [letter.to, letter.subject])).toEqual([
			[cast.chloe.email, 'Votre mot de passe a changé']
		]);
	});

	it('has a link that works once, whether it is used twice in turn or ten times at once', async () => {
		const token = await mailed('password_reset', cast.chloe);
		const tries = await Promise.allSettled(
			Array.from({ length: 10 }, (_, at) =>
				recovery.resetPassword(visitor(), { token, password: `${other} ${at}` })
			)
		);
		expect(tries.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
		for (const attempt of tries)
			if (attempt.status === 'rejected') expect(attempt.reason).toMatchObject({ code: 'token_invalid' });
		await failing(recovery.resetPassword(visitor(), { token, password: other }), 'invalid', 'token_invalid');
	});

	it('has a link that a mail scanner may look at as often as it likes', async () => {
		const token = await mailed('password_reset', cast.chloe);
		for (let look = 0; look < 5; look++) await recovery.preview(database.db, token, 'password_reset');
		await recovery.resetPassword(visitor(), { token, password: other });
	});

	it('has a link that a refused password does not use up', async () => {
		const token = await mailed('password_reset', cast.chloe);
		await failing(
			recovery.resetPassword(visitor(), { token, password: 'court' }),
			'invalid',
			'password_too_short'
		);
		await failing(
			recovery.resetPassword(visitor(), { token, password: 'Motdepasse2026!' }),
			'invalid',
			'password_common'
		);
		await recovery.resetPassword(visitor(), { token, password: other });
	});

	it('has a link that expires after an hour, and with the address it was sent to', async () => {
		const late = await mailed('password_reset', cast.chloe);
		const now = Date.now();
		const hour_ms = 3_600_000;
		expect((await tokens.read(database.db, late, 'password_reset', now + hour_ms - 60_000)).memberId).toBe(
			cast.chloe.id
		);
		await failing(
			tokens.read(database.db, late, 'password_reset', now + hour_ms + 1000),
			'invalid',
			'token_invalid'
		);

		await database.db
			.updateTable('members')
			.set({ email: 'ailleurs@example.org' })
			.where('id', '=', cast.chloe.id)
			.execute();
		await failing(
			recovery.resetPassword(visitor(), { token: late, password: other }),
			'invalid',
			'token_invalid'
		);
		await database.db
			.updateTable('members')
			.set({ email: cast.chloe.email })
			.where('id', '=', cast.chloe.id)
			.execute();
	});

	it('voids every other link that was mailed', async () => {
		const signInLink = await mailed('sign_in', cast.chloe);
		const first = await mailed('password_reset', cast.chloe);
		await database.db.deleteFrom('rate_limits').execute();
		await recovery.requestMail(
			visitor(),
			'password_reset',
			{ email: cast.chloe.email, address },
			Date.now() + 120_000
		);
		const second = (await letters())[0]!.token;
		expect(second).not.toBe(first);
		await recovery.resetPassword(visitor(), { token: first, password: other });
		for (const [token, purpose] of [
			[second, 'password_reset'],
			[signInLink, 'sign_in']
		] as const)
			await failing(tokens.read(database.db, token, purpose), 'invalid', 'token_invalid');
	});

	it('is asked for in the same way for every address, and not without end', async () => {
		const ask = (email: string) => recovery.requestMail(visitor(), 'password_reset', { email, address });
		for (const email of [cast.chloe.email, 'personne@example.org']) {
			const answers = await Promise.all(
				Array.from({ length: 8 }, () =>
					ask(email).then(
						() => 'ok',
						(error: { code: string }) => error.code
					)
				)
			);
			expect(answers.filter((answer) => answer === 'ok')).toHaveLength(5);
			expect(answers.filter((answer) => answer === 'too_many')).toHaveLength(3);
		}
		const rows = await database.db.selectFrom('outbox').select(['kind', 'is_demo']).execute();
		expect(rows).toEqual([
			{ kind: 'mail.password_reset', is_demo: false },
			{ kind: 'mail.password_reset', is_demo: false }
		]);
	});

	it('of a suspended member is not mailed, and a link mailed before opens nothing', async () => {
		const token = await mailed('password_reset', cast.efua);
		await database.db
			.updateTable('members')
			.set({ suspended_at: new Date() })
			.where('id', '=', cast.efua.id)
			.execute();
		await failing(recovery.resetPassword(visitor(), { token, password: other }), 'invalid', 'token_invalid');
		await database.db.deleteFrom('rate_limits').execute();
		await recovery.requestMail(
			visitor(),
			'password_reset',
			{ email: cast.efua.email, address },
			Date.now() + 90_000
		);
		expect(await letters()).toEqual([]);
	});
});

describe('a mailed link', () => {
	it('opens its own purpose and no other', async () => {
		const reset = await mailed('password_reset', cast.chloe);
		const link = await mailed('sign_in', cast.chloe);
		await failing(recovery.signInByLink(visitor(), { token: reset }), 'invalid', 'token_invalid');
		await failing(
			recovery.resetPassword(visitor(), { token: link, password: other }),
			'invalid',
			'token_invalid'
		);
		await failing(account.confirmEmail(visitor(), { token: reset }), 'invalid', 'token_invalid');
		await failing(account.verifyEmail(visitor(), { token: link }), 'invalid', 'token_invalid');
		expect((await recovery.signInByLink(visitor(), { token: link })).next).toBe('in');
	});

	it('is worth nothing when a sign of it is changed, or when it is no token at all', async () => {
		const token = await mailed('sign_in', cast.chloe);
		const [id, secret] = token.split('.') as [string, string];
		const turned = secret.startsWith('A') ? `B${secret.slice(1)}` : `A${secret.slice(1)}`;
		for (const bad of [`${id}.${turned}`, `${secret}.${id}`, id, '', '\0', `${token}x`, "' or 1=1 --"])
			await failing(recovery.signInByLink(visitor(), { token: bad }), 'invalid', 'token_invalid');
		expect((await recovery.signInByLink(visitor(), { token })).memberId).toBe(cast.chloe.id);
	});

	it('signs Chloé in once, proves her address, and still asks for her code', async () => {
		const token = await mailed('sign_in', cast.chloe);
		const tries = await Promise.allSettled(
			[1, 2, 3, 4].map(() => recovery.signInByLink(visitor(), { token }))
		);
		expect(tries.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
		const member = await database.db
			.selectFrom('members')
			.select('email_verified_at')
			.where('id', '=', cast.chloe.id)
			.executeTakeFirstOrThrow();
		expect(member.email_verified_at).toBeInstanceOf(Date);

		await enrol(cast.chloe);
		await database.db.deleteFrom('rate_limits').execute();
		await recovery.requestMail(
			visitor(),
			'sign_in',
			{ email: cast.chloe.email, address },
			Date.now() + 90_000
		);
		const next = (await letters()).at(-1)!.token;
		const opened = await recovery.signInByLink(visitor(), { token: next });
		expect(opened.next).toBe('code');
		expect(await isSignedIn(opened.token)).toBe(false);
	});
});

describe('a change of address', () => {
	it('waits for the new one to say yes, tells the old one, and voids what was sent there', async () => {
		const { context } = await browserOf(cast.diego);
		const reset = await mailed('password_reset', cast.diego);
		await account.requestEmail(context, { current: password, email: ' Diego.Neuf@Example.org ' });
		const [letter] = await letters();
		expect(letter).toMatchObject({ to: 'diego.neuf@example.org' });
		expect(await emailOf(cast.diego)).toBe(cast.diego.email);

		// On the telephone, where he is not signed in.
		expect(await account.confirmEmail(visitor(), { token: letter!.token })).toEqual({
			email: 'diego.neuf@example.org'
		});
		expect(await emailOf(cast.diego)).toBe('diego.neuf@example.org');
		expect((await letters()).map((told) => told.to)).toEqual([cast.diego.email]);
		await failing(tokens.read(database.db, reset, 'password_reset'), 'invalid', 'token_invalid');
		await failing(account.confirmEmail(visitor(), { token: letter!.token }), 'invalid', 'token_invalid');
		await database.db
			.updateTable('members')
			.set({ email: cast.diego.email })
			.where('id', '=', cast.diego.id)
			.execute();
	});

	it('needs the password again', async () => {
		const { context } = await browserOf(cast.diego);
		await failing(
			account.requestEmail(context, { current: 'au hasard', email: 'x@example.org' }),
			'invalid',
			'current_wrong'
		);
		await failing(
			account.requestEmail(visitor(), { current: password, email: 'x@example.org' }),
			'forbidden'
		);
		expect(await letters()).toEqual([]);
	});

	it('is not confirmed by another member, whose try uses nothing up', async () => {
		const diego = await browserOf(cast.diego);
		const efua = await browserOf(cast.efua);
		await account.requestEmail(diego.context, { current: password, email: 'diego.neuf@example.org' });
		const { token } = (await letters())[0]!;
		await failing(account.confirmEmail(efua.context, { token }), 'invalid', 'token_invalid');
		expect(await emailOf(cast.efua)).toBe(cast.efua.email);
		await account.confirmEmail(diego.context, { token });
		await database.db
			.updateTable('members')
			.set({ email: cast.diego.email })
			.where('id', '=', cast.diego.id)
			.execute();
	});

	it('to an address another account took meanwhile does not happen', async () => {
		const diego = await browserOf(cast.diego);
		await account.requestEmail(diego.context, { current: password, email: 'convoitee@example.org' });
		const { token } = (await letters())[0]!;
		await database.db
			.updateTable('members')
			.set({ email: 'convoitee@example.org' })
			.where('id', '=', cast.efua.id)
			.execute();
		await failing(account.confirmEmail(diego.context, { token }), 'conflict', 'email_taken');
		await database.db
			.updateTable('members')
			.set({ email: cast.efua.email })
			.where('id', '=', cast.efua.id)
			.execute();
	});

	it('is not what confirming the present address does', async () => {
		const { context } = await browserOf(cast.efua);
		await database.db
			.updateTable('members')
			.set({ email_verified_at: null })
			.where('id', '=', cast.efua.id)
			.execute();
		await account.requestVerification(context);
		const { token, to } = (await letters())[0]!;
		expect(to).toBe(cast.efua.email);
		await failing(
			account.verifyEmail((await browserOf(cast.chloe)).context, { token }),
			'invalid',
			'token_invalid'
		);
		await account.verifyEmail(context, { token });
		expect((await account.overview(context)).isVerified).toBe(true);
	});
});

describe('a password', () => {
	it('changes with the old one, and signs out everywhere but here', async () => {
		const [here, there] = [await browserOf(cast.chloe), await browserOf(cast.chloe)];
		await failing(
			account.changePassword(here.context, { current: other, password: other }),
			'invalid',
			'current_wrong'
		);
		await account.changePassword(here.context, { current: password, password: other });
		expect(await isSignedIn(here.token)).toBe(true);
		expect(await isSignedIn(there.token)).toBe(false);
		expect(await opens(cast.chloe, other)).toBe(true);
		expect((await letters())[0]).toMatchObject({ to: cast.chloe.email });
	});

	it('is not guessed from an open session: ten tries, even at once', async () => {
		const { context } = await browserOf(cast.chloe);
		const codes = await Promise.all(
			Array.from({ length: 14 }, () =>
				account
					.changePassword(context, { current: 'au hasard', password: other })
					.catch((error: { code: string }) => error.code)
			)
		);
		expect(codes.filter((code) => code === 'current_wrong')).toHaveLength(10);
		expect(codes.filter((code) => code === 'too_many')).toHaveLength(4);
	});

	it.each([
		'Motdepasse2026!',
		'azertyuiop12',
		'123456789012',
		'aaaaaaaaaaaa',
		'Bonjour-Toulouse-31',
		'M0tdep@sse123',
		'passwordpassword',
		'1qaz2wsx3edc',
		'qwertyuiopas',
		'Passerelle2026',
		'été été été été',
		'Chloé!2026!Chloé',
		'chloe.durand31'
	])('such as %s is refused', (bad) => {
		expect(isCommon(bad, ['Chloé Durand', 'chloe.durand@example.org'])).toBe(true);
	});

	it.each([
		'une longue phrase de passe',
		'ako-ifu-emo-ula-ebi-uro',
		'zqxJvb81kPwn',
		'x7$Kq2!9mP#z4',
		'correct horse battery staple'
	])('such as %s is taken', async (good) => {
		expect(await verifyPassword(await hashPassword(good, ['Chloé']), good)).toBe(true);
	});
});

describe('sessions', () => {
	it('are listed to their owner, who ends one or all the others', async () => {
		const [here, phone, old] = [
			await browserOf(cast.chloe),
			await browserOf(cast.chloe, 'Safari, iOS'),
			await browserOf(cast.chloe)
		];
		const efua = await browserOf(cast.efua);
		const shown = await listSessions(here.context);
		expect(shown).toHaveLength(3);
		expect(shown.filter((session) => session.isThis)).toHaveLength(1);
		expect(shown.map((session) => session.device)).toContain('Safari, iOS');

		const idOf = (token: string) => token.split('.')[0]!;
		await failing(revokeSession(efua.context, idOf(phone.token)), 'not_found');
		await revokeSession(here.context, idOf(phone.token));
		expect(await isSignedIn(phone.token)).toBe(false);
		expect(await revokeOtherSessions(here.context)).toBe(1);
		expect(await isSignedIn(old.token)).toBe(false);
		expect(await isSignedIn(here.token)).toBe(true);
		expect(await isSignedIn(efua.token)).toBe(true);
	});

	it('are called by their browser and their system, and nothing more precise', () => {
		expect(deviceOf('Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0')).toBe(
			'Firefox, Windows'
		);
		expect(
			deviceOf(
				'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1'
			)
		).toBe('Safari, iOS');
		expect(
			deviceOf(
				'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0'
			)
		).toBe('Edge, Windows');
		expect(deviceOf('<script>alert(1)</script>')).toBeNull();
		expect(deviceOf(null)).toBeNull();
	});
});

describe('the second factor', () => {
	it('is asked for after the password, and until then the session opens nothing', async () => {
		const { secret, now } = await enrol(cast.boris);
		const opened = await signIn(visitor(), { email: cast.boris.email, password, address });
		expect(opened.next).toBe('code');
		expect(await isSignedIn(opened.token)).toBe(false);
		const cookie = `session=${opened.token}`;
		await failing(giveCode(visitor(), { cookie, code: '000000' }, false, now), 'invalid', 'code_wrong');

		const later = now + 60_000;
		const { token } = await giveCode(
			visitor(),
			{ cookie, code: codeAt(secret, stepAt(later)) },
			false,
			later
		);
		expect(await isSignedIn(token)).toBe(true);
		// Another session, so that a planted cookie is worth nothing.
		expect(token.split('.')[0]).not.toBe(opened.token.split('.')[0]);
		expect(await pendingSession(database.db, cookie, false)).toBeNull();
	});

	it('must be given within ten minutes of the password', async () => {
		const { secret } = await enrol(cast.boris);
		const opened = await signIn(visitor(), { email: cast.boris.email, password, address });
		const late = Date.now() + 10 * 60_000 + 1000;
		await failing(
			giveCode(
				visitor(),
				{ cookie: `session=${opened.token}`, code: codeAt(secret, stepAt(late)) },
				false,
				late
			),
			'invalid',
			'sign_in_again'
		);
		await failing(
			giveCode(visitor(), { cookie: undefined, code: '000000' }, false),
			'invalid',
			'sign_in_again'
		);
	});

	it('refuses a code that was used, and an older one, however many try at once', async () => {
		const { secret, now } = await enrol(cast.boris);
		const later = now + 90_000;
		const code = codeAt(secret, stepAt(later));
		const cookies = await Promise.all(
			[1, 2, 3].map(
				async () =>
					`session=${(await signIn(visitor(), { email: cast.boris.email, password, address })).token}`
			)
		);
		const tries = await Promise.allSettled(
			cookies.map((cookie) => giveCode(visitor(), { cookie, code }, false, later))
		);
		expect(tries.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);

		const cookie = `session=${(await signIn(visitor(), { email: cast.boris.email, password, address })).token}`;
		for (const step of [stepAt(later), stepAt(later) - 1])
			await failing(
				giveCode(visitor(), { cookie, code: codeAt(secret, step) }, false, later),
				'invalid',
				'code_wrong'
			);
		await giveCode(visitor(), { cookie, code: codeAt(secret, stepAt(later) + 1) }, false, later);
	});

	it('is replaced by a recovery code, each of which works once, typed as one likes', async () => {
		const { codes } = await enrol(cast.boris);
		expect(codes).toHaveLength(10);
		expect(new Set(codes).size).toBe(10);
		const enter = async (code: string) => {
			const { token } = await signIn(visitor(), { email: cast.boris.email, password, address });
			return giveCode(visitor(), { cookie: `session=${token}`, code }, false);
		};
		expect(await isSignedIn((await enter(codes[0]!.toLowerCase().replaceAll('-', ' '))).token)).toBe(true);
		await failing(enter(codes[0]!), 'invalid', 'code_wrong');
		const parallel = await Promise.allSettled([enter(codes[1]!), enter(codes[1]!)]);
		expect(parallel.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
		const { context } = await browserOf(cast.boris);
		expect((await secondFactor.view(context)).codesLeft).toBe(8);
		const stored = await database.db.selectFrom('recovery_codes').selectAll().execute();
		expect(JSON.stringify(stored)).not.toContain(codes[5]!.replaceAll('-', ''));

		// Boris's codes are not Chloé's.
		await enrol(cast.chloe);
		const { token } = await signIn(visitor(), { email: cast.chloe.email, password, address });
		await failing(
			giveCode(visitor(), { cookie: `session=${token}`, code: codes[6]! }, false),
			'invalid',
			'code_wrong'
		);
	});

	it('is not guessed: ten tries, even at once and over several sessions', async () => {
		const { now } = await enrol(cast.boris);
		const cookies = await Promise.all(
			[1, 2].map(
				async () =>
					`session=${(await signIn(visitor(), { email: cast.boris.email, password, address })).token}`
			)
		);
		const codes = await Promise.all(
			Array.from({ length: 14 }, (_, at) =>
				giveCode(visitor(), { cookie: cookies[at % 2]!, code: String(100000 + at) }, false, now).catch(
					(error: { code: string }) => error.code
				)
			)
		);
		expect(codes.filter((code) => code === 'code_wrong')).toHaveLength(10);
		expect(codes.filter((code) => code === 'too_many')).toHaveLength(4);
	});

	it('protects nothing before a code confirms it, and is begun with the password', async () => {
		const { context } = await browserOf(cast.boris);
		await failing(secondFactor.begin(context, { current: 'au hasard' }), 'invalid', 'current_wrong');
		await failing(secondFactor.confirm(context, { code: '123456' }), 'invalid', 'second_factor_not_begun');
		await secondFactor.begin(context, { current: password });
		await failing(secondFactor.confirm(context, { code: '000000' }), 'invalid', 'code_wrong');
		expect((await signIn(visitor(), { email: cast.boris.email, password, address })).next).toBe('in');
	});

	it('is shown to its owner while it is begun, and never again', async () => {
		const { context } = await browserOf(cast.boris);
		await secondFactor.begin(context, { current: password });
		const { begun } = await secondFactor.view(context);
		expect(begun!.address).toContain(`secret=${begun!.secret.replaceAll(' ', '')}&issuer=Passerelle`);
		expect(begun!.picture.side).toBeGreaterThan(20);
		await enrol(cast.boris);
		expect((await secondFactor.view(context)).begun).toBeNull();
		await failing(secondFactor.begin(context, { current: password }), 'conflict', 'second_factor_on');
	});

	it('is removed with the password and a code, and its owner is told', async () => {
		const { codes, context } = await enrol(cast.boris);
		await letters();
		await failing(
			secondFactor.turnOff(context, { current: 'au hasard', code: codes[0]! }),
			'invalid',
			'current_wrong'
		);
		await failing(
			secondFactor.turnOff(context, { current: password, code: '000000' }),
			'invalid',
			'code_wrong'
		);
		await secondFactor.turnOff(context, { current: password, code: codes[0]! });
		expect((await signIn(visitor(), { email: cast.boris.email, password, address })).next).toBe('in');
		expect((await letters()).map((letter) => letter.subject)).toEqual([
			'Le code n’est plus demandé à la connexion'
		]);
	});

	it('lost with its codes, is removed by the operator, and its owner is told', async () => {
		await enrol(cast.boris);
		await letters();
		expect(await members.removeSecondFactor(visitor(), ` ${cast.boris.email.toUpperCase()}`)).toBe(true);
		expect((await signIn(visitor(), { email: cast.boris.email, password, address })).next).toBe('in');
		expect(await letters()).toMatchObject([{ to: cast.boris.email }]);
		expect(await members.removeSecondFactor(visitor(), cast.boris.email)).toBe(false);
		await failing(members.removeSecondFactor(visitor(), 'personne@example.org'), 'not_found');
	});

	it('when it is required, makes a moderator a plain member until it is there', async () => {
		const policy = { requireSecondFactor: true };
		const opened = await signIn(visitor(), { email: cast.boris.email, password, address }, policy);
		expect(opened.next).toBe('enrol');
		const before = await validateToken(database.db, opened.token, Date.now(), policy);
		expect(before).toMatchObject({ appointments: [], secondFactorDue: true });
		await enrol(cast.boris);
		const after = await validateToken(database.db, opened.token, Date.now(), policy);
		expect(after).toMatchObject({ appointments: ['moderator'] });
		expect(after).not.toHaveProperty('secondFactorDue');

		expect((await signIn(visitor(), { email: cast.chloe.email, password, address }, policy)).next).toBe('in');
		await database.db.updateTable('members').set({ is_demo: true }).where('id', '=', cast.awa.id).execute();
		expect((await signIn(visitor(), { email: cast.awa.email, password, address }, policy)).next).toBe('in');
		await database.db.updateTable('members').set({ is_demo: false }).where('id', '=', cast.awa.id).execute();
	});
});

async function emailOf(person: CastMember): Promise<string> {
	const row = await database.db
		.selectFrom('members')
		.select('email')
		.where('id', '=', person.id)
		.executeTakeFirstOrThrow();
	return row.email;
}

async function enrol(person: CastMember) {
	const { context } = await browserOf(person);
	await secondFactor.begin(context, { current: password });
	const row = await database.db
		.selectFrom('second_factors')
		.select('secret')
		.where('member_id', '=', person.id)
		.executeTakeFirstOrThrow();
	const secret = Buffer.from(row.secret);
	const now = Date.now();
	const { codes } = await secondFactor.confirm(context, { code: codeAt(secret, stepAt(now)) }, now);
	return { secret, codes, now, context };
}
