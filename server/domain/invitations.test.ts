import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCast, type Cast } from '../../tests/support/cast.ts';
import { testDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { failing } from '../../tests/support/failures.ts';
import { newLetters } from '../../tests/support/letters.ts';
import { validateToken } from '../auth/sessions.ts';
import { signIn } from '../auth/sign-in.ts';
import * as tokens from '../auth/tokens.ts';
import * as invitations from './invitations.ts';

let database: TestDatabase;
let cast: Cast;
const password = 'trois vélos sous la pluie';

beforeAll(async () => {
	database = await testDatabase();
	cast = await createCast(database.db);
});
beforeEach(async () => {
	for (const table of ['rate_limits', 'outbox', 'invitations'] as const)
		await database.db.deleteFrom(table).execute();
});
afterAll(() => database.close());

const letters = () => newLetters(database.db, cast.bus);
const asFarid = () => cast.context(cast.farid);
const asChloe = () => cast.context(cast.chloe);
const into = (
	organisation: { id: string },
	email: string,
	role: 'member' | 'contributor' | 'referent' = 'contributor'
) => ({
	email,
	organisationId: organisation.id,
	role,
	locale: 'fr' as const
});
async function invited(email: string, role?: 'member' | 'contributor' | 'referent'): Promise<string> {
	await invitations.invite(asChloe(), into(cast.alpha, email, role));
	return (await letters()).at(-1)!.token;
}
const membershipsIn = (organisation: { id: string }, email: string) =>
	database.db
		.selectFrom('memberships')
		.innerJoin('members', 'members.id', 'memberships.member_id')
		.select(['memberships.role', 'ended_at'])
		.where('organisation_id', '=', organisation.id)
		.where('email', '=', email)
		.orderBy('started_at')
		.execute();

describe('Chloé, referent, invites a colleague', () => {
	it('who reads who invites and to what, makes an account, and is in', async () => {
		await invitations.invite(asChloe(), into(cast.alpha, ' Gisele@Example.org '));
		const [letter] = await letters();
		expect(letter).toMatchObject({ to: 'gisele@example.org' });
		expect(letter!.text).toContain('Chloé vous invite à rejoindre Région Alpha (fictive)');
		const { token } = letter!;
		// A mail scanner was here first.
		for (let look = 0; look < 4; look++) {
			expect(await invitations.preview(asFarid(), token)).toEqual({
				email: 'gisele@example.org',
				organisationName: cast.alpha.name,
				role: 'contributor',
				invitedBy: 'Chloé',
				step: 'new'
			});
		}
		const joined = await invitations.acceptAsNew(asFarid(), { token, name: ' Gisèle ', password });
		expect(await validateToken(database.db, joined.token)).toMatchObject({
			kind: 'member',
			name: 'Gisèle',
			memberships: [{ organisationId: cast.alpha.id, role: 'contributor' }],
			appointments: []
		});
		await signIn(asFarid(), { email: 'gisele@example.org', password, address: '192.0.2.4' });
		expect((await invitations.desk(asChloe())).open).toEqual([]);
		await failing(invitations.preview(asFarid(), token), 'invalid', 'token_invalid');
		await failing(
			invitations.acceptAsNew(asFarid(), { token, name: 'X', password }),
			'invalid',
			'token_invalid'
		);
	});

	it('whose link makes one account, however many times it is used at once', async () => {
		const token = await invited('hugo@example.org');
		const tries = await Promise.allSettled(
			['Hugo', 'Hugues', 'Ugo'].map((name) => invitations.acceptAsNew(asFarid(), { token, name, password }))
		);
		expect(tries.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
		expect(await membershipsIn(cast.alpha, 'hugo@example.org')).toHaveLength(1);
	});

	it('whose link a refused name or password does not use up', async () => {
		const token = await invited('ines@example.org');
		await failing(
			invitations.acceptAsNew(asFarid(), { token, name: ' ', password }),
			'invalid',
			'name_empty'
		);
		await failing(
			invitations.acceptAsNew(asFarid(), { token, name: 'Inès', password: 'inesinesines' }),
			'invalid',
			'password_common'
		);
		await invitations.acceptAsNew(asFarid(), { token, name: 'Inès', password });
	});

	it('again: the newest role counts, and the first mail opens nothing any more', async () => {
		const first = await invited('jean@example.org', 'contributor');
		await database.db.deleteFrom('outbox').execute();
		const second = await invited('jean@example.org', 'member');
		await failing(invitations.preview(asFarid(), first), 'invalid', 'token_invalid');
		expect((await invitations.preview(asFarid(), second)).role).toBe('member');
		expect((await invitations.desk(asChloe())).open).toHaveLength(1);
	});

	it('twice in a hurry: one mail, whose link is good', async () => {
		await invitations.invite(asChloe(), into(cast.alpha, 'nina@example.org'));
		const app = { db: database.db, bus: cast.bus };
		const [job] = await app.db.selectFrom('outbox').selectAll().execute();
		const { token } = (await letters())[0]!;
		// The first was sent already.
		await app.db
			.insertInto('outbox')
			.values({ kind: job!.kind, dedupe_key: job!.dedupe_key, sent_at: new Date() })
			.execute();
		await invitations.invite(asChloe(), into(cast.alpha, 'nina@example.org'));
		expect(await letters()).toEqual([]);
		expect((await invitations.preview(asFarid(), token)).step).toBe('new');
	});

	it('and thinks better of it: the mail opens nothing', async () => {
		const token = await invited('karim@example.org');
		const { open } = await invitations.desk(asChloe());
		await failing(invitations.withdraw(cast.context(cast.diego), open[0]!.id), 'not_found');
		await failing(invitations.withdraw(asChloe(), 'nonsense'), 'not_found');
		await invitations.withdraw(asChloe(), open[0]!.id);
		await failing(invitations.withdraw(asChloe(), open[0]!.id), 'not_found');
		await failing(
			invitations.acceptAsNew(asFarid(), { token, name: 'Karim', password }),
			'invalid',
			'token_invalid'
		);
	});

	it('who comes after two weeks, too late', async () => {
		const token = await invited('lea@example.org');
		const later = Date.now() + 14 * 24 * 3_600_000 + 60_000;
		await failing(tokens.read(database.db, token, 'invitation', later), 'invalid', 'token_invalid');
	});

	it('who has an account already: it must be theirs, and they must be signed in', async () => {
		const token = await invited(cast.diego.email, 'member');
		expect((await invitations.preview(asFarid(), token)).step).toBe('sign_in');
		expect((await invitations.preview(cast.context(cast.efua), token)).step).toBe('other');
		expect((await invitations.preview(cast.context(cast.diego), token)).step).toBe('accept');
		await failing(invitations.accept(asFarid(), { token }), 'invalid', 'sign_in_first');
		await failing(invitations.accept(cast.context(cast.efua), { token }), 'invalid', 'other_account');
		await failing(
			invitations.acceptAsNew(asFarid(), { token, name: 'Voleur', password }),
			'conflict',
			'email_taken'
		);

		const heard: string[] = [];
		const stop = cast.bus.subscribe('member.access', ({ memberId }) => heard.push(memberId));
		await invitations.accept(cast.context(cast.diego), { token });
		stop();
		expect(heard).toEqual([cast.diego.id]);
		expect(await membershipsIn(cast.alpha, cast.diego.email)).toMatchObject([
			{ role: 'member', ended_at: null }
		]);
		await failing(
			invitations.invite(asChloe(), into(cast.alpha, cast.diego.email)),
			'conflict',
			'already_member'
		);
	});
});

describe('inviting', () => {
	it('is for referents, in their organisation, and for moderators and administrators', async () => {
		for (const person of [cast.efua, cast.diego, cast.farid])
			await failing(invitations.invite(cast.context(person), into(cast.beta, 'x@example.org')), 'forbidden');
		await failing(invitations.invite(asChloe(), into(cast.beta, 'x@example.org')), 'forbidden');
		for (const person of [cast.awa, cast.boris])
			await invitations.invite(cast.context(person), into(cast.beta, `${person.name}.invite@example.org`));
		await failing(invitations.desk(cast.context(cast.efua)), 'not_found');
		expect((await invitations.desk(asChloe())).open).toEqual([]);
		expect((await invitations.desk(cast.context(cast.boris))).open).toHaveLength(2);
	});

	it('into an organisation that does not exist is like one that is not theirs', async () => {
		for (const id of ['6f1d1f4e-8a33-4b53-9f8a-0c5a6f1d1f4e', 'nonsense'])
			await failing(invitations.invite(asChloe(), into({ id }, 'x@example.org')), 'forbidden');
	});

	it('takes one address, and no list of them', async () => {
		for (const email of [
			'a@b.fr,c@d.fr',
			'sans arobase',
			'<a@b.fr>',
			'a@b.fr\r\nBcc: c@d.fr',
			`${'x'.repeat(250)}@d.fr`
		])
			await failing(invitations.invite(asChloe(), into(cast.alpha, email)), 'invalid', 'email_invalid');
	});

	it('does not fill anyone’s letter box', async () => {
		const codes = await Promise.all(
			Array.from({ length: 9 }, () =>
				invitations.invite(asChloe(), into(cast.alpha, 'cible@example.org')).then(
					() => 'ok',
					(error: { code: string }) => error.code
				)
			)
		);
		expect(codes.filter((code) => code === 'ok')).toHaveLength(6);
		expect(codes.filter((code) => code === 'too_many')).toHaveLength(3);
		// All within a minute: one mail.
		expect(await letters()).toHaveLength(1);
	});
});

it('the demonstration invites into the demonstration only, and makes accounts that leave with it', async () => {
	const { id } = await database.db
		.insertInto('organisations')
		.values({ kind: 'other', name: 'Espace (fictif)', search_text: 'espace', is_demo: true })
		.returning('id')
		.executeTakeFirstOrThrow();
	const demo = cast.context({
		...cast.chloe.who,
		isDemo: true,
		memberships: [
			{ organisationId: id, organisationName: 'Espace (fictif)', role: 'referent' },
			...cast.chloe.who.memberships
		]
	});
	await failing(invitations.invite(demo, into(cast.alpha, 'x@example.org')), 'forbidden');
	await invitations.invite(demo, into({ id }, 'essai@example.org'));
	const { token } = (await letters())[0]!;
	const { memberId } = await invitations.acceptAsNew(asFarid(), { token, name: 'Essai', password });
	const member = await database.db
		.selectFrom('members')
		.select('is_demo')
		.where('id', '=', memberId)
		.executeTakeFirstOrThrow();
	expect(member.is_demo).toBe(true);
});
