import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createCast } from '../../tests/support/cast.ts';
import { testDatabase } from '../../tests/support/database.ts';
import { failing } from '../../tests/support/failures.ts';
import { newLetters } from '../../tests/support/letters.ts';
import { createSession, validateToken } from '../auth/sessions.ts';
import { hashPassword } from '../auth/passwords.ts';
import { signIn } from '../auth/sign-in.ts';
import type { Context, Member } from '../context.ts';
import * as invitations from './invitations.ts';
import * as joinRequests from './join-requests.ts';
import * as members from './members.ts';
import * as memberships from './memberships.ts';
import * as organisations from './organisations.ts';
import * as threads from './threads.ts';

const { db, close } = await testDatabase();
afterAll(close);
const cast = await createCast(db);
const { alpha, beta, network } = cast;
const password = 'trois vélos sous la pluie';
const passwordHash = await hashPassword(password, []);
const letters = () => newLetters(db, cast.bus);
const asFarid = cast.context(cast.farid);
const reason = 'A changé de poste';

beforeEach(async () => {
	for (const table of ['rate_limits', 'outbox', 'join_requests', 'organisation_domains'] as const)
		await db.deleteFrom(table).execute();
});

/** Who they are now, as the next request would find. */
async function now(person: { id: string }): Promise<Context & { who: Member }> {
	const { token } = await createSession(db, person.id);
	const who = await validateToken(db, token);
	if (who.kind !== 'member') throw new Error('signed out');
	return { ...cast.context(who), who };
}
let count = 0;
/** Somebody new, so that no test undoes what another did. */
async function somebody(
	role: 'member' | 'contributor' | 'referent',
	organisation: { id: string },
	{ isDemo = false } = {}
): Promise<{ id: string; email: string }> {
	const email = `personne-${++count}@alpha.example`;
	const { id } = await db
		.insertInto('members')
		.values({ email, name: `Personne ${count}`, password_hash: passwordHash, is_demo: isDemo })
		.returning('id')
		.executeTakeFirstOrThrow();
	await db
		.insertInto('memberships')
		.values({ member_id: id, organisation_id: organisation.id, role, is_demo: isDemo })
		.execute();
	return { id, email };
}
async function place(name = `Lieu ${++count}`): Promise<{ id: string; name: string }> {
	const { id } = await db
		.insertInto('organisations')
		.values({ kind: 'commune', name, search_text: name.toLowerCase() })
		.returning('id')
		.executeTakeFirstOrThrow();
	return { id, name };
}
const change = (organisation: { id: string }, person: { id: string }, isSure = false) => ({
	organisationId: organisation.id,
	memberId: person.id,
	reason,
	isSure
});
const eventsNamed = async (name: string) =>
	(await db.selectFrom('events').select('data').where('name', '=', name).orderBy('id').execute()).map(
		(row) => row.data
	);

describe('one voice at a time', () => {
	test('what Chloé writes is signed by the organisation she speaks for, and her rights stay those of all', async () => {
		const gisele = await somebody('referent', alpha);
		await db
			.insertInto('memberships')
			.values({ member_id: gisele.id, organisation_id: beta.id, role: 'contributor' })
			.execute();
		const thread = await threads.open(await now(gisele), {
			title: 'Une question',
			body: 'Bonjour',
			visibility: 'members',
			clientKey: randomUUID()
		});
		const say = async () =>
			(await threads.reply(await now(gisele), thread.id, { body: 'Oui', clientKey: randomUUID() }))
				.organisationName;
		expect(await say()).toBe(alpha.name);
		await memberships.speakFor(await now(gisele), beta.id);
		expect((await now(gisele)).who.memberships.map((one) => one.organisationName)).toEqual([
			beta.name,
			alpha.name
		]);
		expect(await say()).toBe(beta.name);
		// Still referent of the other.
		await memberships.roster(await now(gisele), alpha.id);
		await failing(memberships.speakFor(await now(gisele), network.id), 'invalid', 'not_your_organisation');
		await failing(memberships.speakFor(asFarid, beta.id), 'forbidden');

		await memberships.leave(await now(gisele), { organisationId: beta.id });
		expect(await say()).toBe(alpha.name);
		await memberships.leave(await now(gisele), { organisationId: alpha.id });
		// Speaking for nobody is reading as a visitor does.
		await failing(threads.get(await now(gisele), thread.id), 'not_found');
	});
});

describe('the referent and the members of an organisation', () => {
	test('changes a role, suspends, lifts and ends, each dated, signed, recorded and told by mail', async () => {
		const town = await place();
		const [referent, gisele] = [await somebody('referent', town), await somebody('member', town)];
		const asReferent = await now(referent);
		const role = async () => (await now(gisele)).who.memberships.map((one) => one.role);

		await memberships.changeRole(asReferent, { ...change(town, gisele), role: 'contributor' });
		expect(await role()).toEqual(['contributor']);
		await memberships.suspend(asReferent, change(town, gisele));
		expect(await role()).toEqual([]);
		await failing(memberships.suspend(asReferent, change(town, gisele)), 'conflict', 'already_suspended');
		await failing(memberships.speakFor(await now(gisele), town.id), 'invalid', 'not_your_organisation');
		// No way around it by another role.
		await memberships.changeRole(asReferent, { ...change(town, gisele), role: 'member' });
		expect(await role()).toEqual([]);
		await memberships.lift(asReferent, change(town, gisele));
		expect(await role()).toEqual(['member']);
		await failing(memberships.lift(asReferent, change(town, gisele)), 'conflict', 'not_suspended');
		await memberships.end(asReferent, change(town, gisele));
		expect(await role()).toEqual([]);
		await failing(memberships.end(asReferent, change(town, gisele)), 'not_found');

		const told = await letters();
		expect(told.map(({ to }) => to)).toEqual(Array(5).fill(gisele.email));
		for (const { text } of told) expect(text).toContain(`Motif : ${reason}`);
		const rows = await db
			.selectFrom('memberships')
			.select(['role', 'ended_by', 'end_reason'])
			.where('member_id', '=', gisele.id)
			.orderBy('started_at')
			.execute();
		expect(rows).toEqual(
			['member', 'contributor', 'member'].map((was) => ({
				role: was,
				ended_by: referent.id,
				end_reason: reason
			}))
		);
		expect((await eventsNamed('membership.ended')).at(-1)).toEqual({
			memberId: gisele.id,
			organisationId: town.id
		});
		expect(await eventsNamed('membership.suspended')).toHaveLength(1);
	});

	test('no referent makes another, nor undoes one: that is for Boris', async () => {
		const town = await place();
		const [one, two] = [await somebody('referent', town), await somebody('referent', town)];
		const gisele = await somebody('member', town);
		const asOne = await now(one);
		expect((await memberships.roster(asOne, town.id)).may).toEqual({ nameReferent: false });
		for (const attempt of [
			() => memberships.changeRole(asOne, { ...change(town, gisele), role: 'referent' }),
			() => memberships.changeRole(asOne, { ...change(town, two), role: 'member' }),
			() => memberships.suspend(asOne, change(town, two)),
			() => memberships.end(asOne, change(town, two)),
			() =>
				invitations.invite(asOne, {
					email: 'jeanne@alpha.example',
					organisationId: town.id,
					role: 'referent',
					locale: 'fr'
				})
		])
			await failing(attempt(), 'forbidden');
		const asIda = await now(await somebody('member', await place()));
		await joinRequests.ask(asIda, { organisationId: town.id, role: 'referent' });
		const [request] = await joinRequests.list(asOne);
		expect(request).toMatchObject({ role: 'referent', may: { nameReferent: false } });
		await failing(joinRequests.approve(asOne, { id: request!.id }), 'forbidden');
		await joinRequests.approve(asOne, { id: request!.id, role: 'contributor' });
		const asBoris = cast.context(cast.boris);
		await memberships.changeRole(asBoris, { ...change(town, gisele), role: 'referent' });
		await memberships.end(asBoris, change(town, two));
		expect((await memberships.roster(asBoris, town.id)).members.map(({ role }) => role)).toEqual([
			'referent',
			'referent',
			'contributor'
		]);
	});

	test('a reason is owed, and nobody changes themselves', async () => {
		const town = await place();
		const referent = await now(await somebody('referent', town));
		const gisele = await somebody('contributor', town);
		for (const verb of [memberships.end, memberships.suspend, memberships.lift])
			await failing(verb(referent, { ...change(town, gisele), reason: ' ' }), 'invalid', 'why_empty');
		const self = { ...change(town, referent.who), isSure: true };
		for (const verb of [memberships.end, memberships.suspend, memberships.lift])
			await failing(verb(referent, self), 'forbidden');
		await failing(memberships.changeRole(referent, { ...self, role: 'member' }), 'forbidden');
		// Nor by an invitation to oneself, whatever one may give others.
		await db.insertInto('appointments').values({ member_id: gisele.id, role: 'moderator' }).execute();
		const moderator = await now(gisele);
		await failing(
			invitations.invite(moderator, {
				email: gisele.email,
				organisationId: beta.id,
				role: 'referent',
				locale: 'fr'
			}),
			'invalid',
			'email_own'
		);
		await failing(
			memberships.changeRole(moderator, { ...change(town, gisele), role: 'referent' }),
			'forbidden'
		);
	});

	test('who has no say there finds nobody, whichever id they try', async () => {
		const town = await place();
		const gisele = await somebody('contributor', town);
		const colleague = await somebody('contributor', town);
		const outsiders: [string, Context][] = [
			['visitor', asFarid],
			['plain member', await now(await somebody('member', town))],
			['colleague', await now(colleague)],
			['referent elsewhere', cast.context(cast.chloe)],
			['demo referent', await now(await somebody('referent', town, { isDemo: true }))]
		];
		for (const [name, context] of outsiders) {
			await failing(memberships.roster(context, town.id), 'not_found');
			for (const verb of [memberships.end, memberships.suspend, memberships.lift])
				await expect(verb(context, change(town, gisele)), name).rejects.toMatchObject({ kind: 'not_found' });
			await failing(
				memberships.changeRole(context, { ...change(town, gisele), role: 'member' }),
				'not_found'
			);
		}
		// Their own organisation's id with a member of another, and the reverse.
		await failing(memberships.end(cast.context(cast.chloe), change(alpha, gisele)), 'not_found');
		for (const id of ['x', randomUUID()]) {
			await failing(memberships.roster(cast.context(cast.chloe), id), 'not_found');
			await failing(memberships.end(cast.context(cast.chloe), change({ id }, gisele)), 'not_found');
			await failing(memberships.end(cast.context(cast.chloe), change(alpha, { id })), 'not_found');
		}
		expect((await now(gisele)).who.memberships).toHaveLength(1);
	});

	test('the last referent is warned, and two who leave at once do not both go unwarned', async () => {
		const town = await place();
		const [one, two] = [await somebody('referent', town), await somebody('referent', town)];
		const both = await Promise.allSettled(
			[one, two].map(async (person) => memberships.leave(await now(person), { organisationId: town.id }))
		);
		expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
		const last = both[0]!.status === 'rejected' ? one : two;
		await failing(
			memberships.leave(await now(last), { organisationId: town.id }),
			'conflict',
			'last_referent'
		);
		const asBoris = cast.context(cast.boris);
		expect((await memberships.roster(asBoris, town.id)).members).toMatchObject([
			{ memberId: last.id, isLastReferent: true, may: { change: true } }
		]);
		await failing(
			memberships.changeRole(asBoris, { ...change(town, last), role: 'member' }),
			'conflict',
			'last_referent'
		);
		await memberships.leave(await now(last), { organisationId: town.id, isSure: true });
	});

	test('what they had promised in its name opens nothing once they are gone', async () => {
		const town = await place();
		const referent = await somebody('referent', town);
		await invitations.invite(await now(referent), {
			email: 'helene@alpha.example',
			organisationId: town.id,
			role: 'contributor',
			locale: 'fr'
		});
		const [letter] = await letters();
		await invitations.preview(asFarid, letter!.token);
		await memberships.suspend(cast.context(cast.boris), change(town, referent, true));
		await failing(invitations.preview(asFarid, letter!.token), 'invalid', 'token_invalid');
	});
});

describe('a whole account', () => {
	test('Boris suspends it: every session and mailed link ends, and it opens again when he lifts it', async () => {
		const gisele = await somebody('contributor', alpha);
		const { token } = await createSession(db, gisele.id);
		const enter = () => signIn(asFarid, { email: gisele.email, password, address: '192.0.2.9' });
		await enter();
		const asBoris = cast.context(cast.boris);
		await members.suspend(asBoris, { memberId: gisele.id, reason });
		expect(await validateToken(db, token)).toEqual({ kind: 'visitor' });
		await failing(enter(), 'invalid', 'wrong_credentials');
		expect((await organisations.page(asFarid, alpha.id)).people).toBe(1);
		await failing(members.suspend(asBoris, { memberId: gisele.id, reason }), 'conflict', 'already_suspended');
		const [letter] = await letters();
		expect(letter).toMatchObject({ to: gisele.email, subject: 'Votre compte est suspendu' });
		await members.lift(asBoris, { memberId: gisele.id, reason });
		await enter();
		await failing(members.lift(asBoris, { memberId: gisele.id, reason }), 'conflict', 'not_suspended');
	});

	test('only an administrator suspends who holds a role, and nobody suspends themselves', async () => {
		const asBoris = cast.context(cast.boris);
		await failing(members.suspend(asBoris, { memberId: cast.awa.id, reason }), 'forbidden');
		await failing(members.suspend(asBoris, { memberId: cast.boris.id, reason }), 'forbidden');
		for (const who of [asFarid, cast.context(cast.chloe), cast.context(cast.diego)])
			await failing(members.suspend(who, { memberId: cast.efua.id, reason }), 'not_found');
		await failing(members.suspend(asBoris, { memberId: randomUUID(), reason }), 'not_found');
		const asAwa = cast.context(cast.awa);
		await members.suspend(asAwa, { memberId: cast.boris.id, reason });
		await members.lift(asAwa, { memberId: cast.boris.id, reason });
	});

	test('Awa appoints for one theme, and ends it; she cannot appoint herself, nor be the last to go', async () => {
		const asAwa = cast.context(cast.awa);
		await db
			.insertInto('themes')
			.values({ slug: 'economie', name: 'Économie', launch_year: 2023, introduction: '', president: '' })
			.execute();
		const gisele = await somebody('member', alpha);
		await failing(
			members.appoint(asAwa, { memberId: gisele.id, role: 'moderator', theme: 'inconnu' }),
			'invalid',
			'theme_unknown'
		);
		await members.appoint(asAwa, { memberId: gisele.id, role: 'moderator', theme: 'economie' });
		await members.appoint(asAwa, { memberId: gisele.id, role: 'moderator', theme: 'economie' });
		expect((await now(gisele)).who).toMatchObject({
			appointments: ['moderator'],
			scopes: { moderator: ['economie'] }
		});
		await members.appoint(asAwa, { memberId: gisele.id, role: 'moderator' });
		expect((await now(gisele)).who.scopes).toBeUndefined();
		await members.endAppointment(asAwa, { memberId: gisele.id, role: 'moderator', reason });
		expect((await now(gisele)).who.appointments).toEqual([]);

		await failing(members.appoint(asAwa, { memberId: cast.awa.id, role: 'moderator' }), 'forbidden');
		await failing(
			members.appoint(cast.context(cast.boris), { memberId: gisele.id, role: 'moderator' }),
			'forbidden'
		);
		await failing(
			members.endAppointment(asAwa, { memberId: cast.awa.id, role: 'admin', reason }),
			'conflict',
			'last_admin'
		);
		expect((await now(cast.awa)).who.appointments).toEqual(['admin']);
	});
});

describe('asking to join', () => {
	const signUp = async (email: string, locale: 'fr' | 'en' | 'es' = 'fr') => {
		await joinRequests.requestSignUp(asFarid, { email, locale, address: '192.0.2.7' });
		return (await letters())[0]!;
	};
	const finish = (
		token: string,
		organisation: { id: string },
		role: 'member' | 'contributor' = 'contributor'
	) =>
		joinRequests.finishSignUp(asFarid, {
			token,
			name: ' Gisèle ',
			password,
			organisationId: organisation.id,
			role,
			message: 'Chargée de mission',
			locale: 'fr'
		});
	const enter = (email: string) => signIn(asFarid, { email, password, address: '192.0.2.7' });

	test('Gisèle proves her address, asks for alpha, Chloé accepts, and the domain is learnt for the next', async () => {
		const letter = await signUp('Gisele@region-alpha.example ');
		expect(letter).toMatchObject({ to: 'gisele@region-alpha.example' });
		// A mail scanner looks first.
		for (let look = 0; look < 3; look++)
			expect(await joinRequests.previewSignUp(asFarid, letter.token, { address: '192.0.2.7' })).toMatchObject(
				{ email: 'gisele@region-alpha.example', suggested: [] }
			);
		await finish(letter.token, alpha);
		await failing(finish(letter.token, alpha), 'invalid', 'token_invalid');
		// No account before the answer.
		await failing(enter('gisele@region-alpha.example'), 'invalid', 'wrong_credentials');
		expect((await letters()).map(({ to }) => to)).toEqual([cast.chloe.email]);

		const asChloe = cast.context(cast.chloe);
		const [request] = await joinRequests.list(asChloe);
		expect(request).toMatchObject({
			name: 'Gisèle',
			email: 'gisele@region-alpha.example',
			message: 'Chargée de mission',
			isKnownDomain: false,
			isMember: false
		});
		// It has a referent: the moderator is not asked, and finds nothing.
		for (const other of [cast.boris, cast.awa])
			await failing(joinRequests.approve(cast.context(other), { id: request!.id }), 'not_found');
		expect(await joinRequests.list(cast.context(cast.boris))).toEqual([]);
		await failing(joinRequests.list(cast.context(cast.diego)), 'not_found');
		await failing(joinRequests.approve(cast.context(cast.diego), { id: request!.id }), 'not_found');

		const answers = await Promise.allSettled(
			Array.from({ length: 3 }, () => joinRequests.approve(asChloe, { id: request!.id }))
		);
		expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
		await failing(joinRequests.refuse(asChloe, { id: request!.id, reason }), 'conflict', 'already_decided');
		const { memberId } = await enter('gisele@region-alpha.example');
		expect((await now({ id: memberId })).who.memberships).toEqual([
			{ organisationId: alpha.id, organisationName: alpha.name, role: 'contributor' }
		]);
		expect((await letters()).map(({ to, subject }) => [to, subject])).toEqual([
			['gisele@region-alpha.example', `Vous avez rejoint ${alpha.name}`]
		]);
		const kept = await db.selectFrom('join_requests').selectAll().executeTakeFirstOrThrow();
		expect(kept).toMatchObject({
			decision: 'approved',
			email: null,
			name: null,
			password_hash: null,
			message: ''
		});

		const next = await signUp('helene@region-alpha.example');
		expect(
			(await joinRequests.previewSignUp(asFarid, next.token, { address: '192.0.2.7' })).suggested
		).toMatchObject([{ id: alpha.id }]);
	});

	test('a refusal is told in their language with its reason, and nothing that names them stays', async () => {
		const letter = await signUp('henry@elsewhere.example', 'en');
		expect(letter.subject).toBe('Confirm your address to join Passerelle');
		await joinRequests.finishSignUp(asFarid, {
			token: letter.token,
			name: 'Henry',
			password,
			organisationId: alpha.id,
			role: 'referent',
			locale: 'en'
		});
		await letters();
		const asChloe = cast.context(cast.chloe);
		const [request] = await joinRequests.list(asChloe);
		await failing(joinRequests.refuse(asChloe, { id: request!.id, reason: '' }), 'invalid', 'why_empty');
		await joinRequests.refuse(asChloe, { id: request!.id, reason: 'Not one of us' });
		const [told] = await letters();
		expect(told).toMatchObject({
			to: 'henry@elsewhere.example',
			subject: `Your request about ${alpha.name}`
		});
		expect(told!.text).toContain('Reason: Not one of us');
		await failing(enter('henry@elsewhere.example'), 'invalid', 'wrong_credentials');
		const rows = JSON.stringify(await db.selectFrom('join_requests').selectAll().execute());
		expect(rows).not.toContain('henry');
		expect(rows).not.toContain('Henry');
		expect(await joinRequests.suggestedBy(db, 'x@elsewhere.example')).toEqual([]);
	});

	test('an address that has an account gets another mail, and the page cannot tell', async () => {
		const letter = await signUp(cast.diego.email);
		expect(letter).toMatchObject({ to: cast.diego.email, token: '' });
		expect(letter.subject).toBe('Cette adresse a déjà un compte');
		// Pressed twice: one mail.
		await Promise.all(
			[1, 2, 3].map(() =>
				joinRequests.requestSignUp(asFarid, { email: 'n@new.example', locale: 'fr', address: '192.0.2.7' })
			)
		);
		expect(await letters()).toHaveLength(1);
		for (const email of ['x', 'a@b', 'a@b.c\r\nBcc: d@e.f', '@x.fr'])
			await failing(
				joinRequests.requestSignUp(asFarid, { email, locale: 'fr', address: '192.0.2.7' }),
				'invalid',
				'email_invalid'
			);
	});

	test('a public mail service is never the domain of an organisation', async () => {
		for (const email of ['gisele@gmail.com', 'gisele@orange.fr', 'Gisele@LaPoste.net'])
			expect(joinRequests.domainOf(email)).toBeNull();
		const { token } = await signUp('gisele@orange.fr');
		await finish(token, alpha);
		const asChloe = cast.context(cast.chloe);
		await joinRequests.approve(asChloe, { id: (await joinRequests.list(asChloe))[0]!.id });
		expect(await db.selectFrom('organisation_domains').selectAll().execute()).toEqual([]);
	});

	test('while an organisation has no referent the moderator answers, and names one', async () => {
		const town = await place();
		const { token } = await signUp('ines@town.example');
		await finish(token, town);
		expect((await letters()).map(({ to }) => to)).toContain(cast.boris.email);
		const asBoris = cast.context(cast.boris);
		const request = (await joinRequests.list(asBoris)).find((one) => one.organisationId === town.id)!;
		await joinRequests.approve(asBoris, { id: request.id, role: 'referent' });
		expect(await organisations.page(asFarid, town.id)).toMatchObject({ people: 1, hasReferent: true });
	});

	test('a member asks once however often, takes it back, and cannot ask for somebody else', async () => {
		const gisele = await somebody('contributor', beta);
		const asGisele = await now(gisele);
		const ask = (role: 'member' | 'referent') =>
			joinRequests.open(asGisele, { memberId: gisele.id, organisationId: alpha.id, role });
		const [first, again] = [await ask('member'), await ask('referent')];
		expect(again).toEqual(first);
		expect(await joinRequests.mine(asGisele)).toMatchObject([{ role: 'referent', decision: null }]);
		await failing(
			joinRequests.open(asGisele, { memberId: cast.diego.id, organisationId: alpha.id, role: 'member' }),
			'forbidden'
		);
		await failing(joinRequests.withdraw(cast.context(cast.diego), first!.id), 'not_found');
		await joinRequests.withdraw(asGisele, first!.id);
		await failing(joinRequests.withdraw(asGisele, first!.id), 'not_found');
		await failing(
			joinRequests.approve(cast.context(cast.chloe), { id: first!.id }),
			'conflict',
			'already_decided'
		);
		expect(
			await joinRequests.open(asGisele, { memberId: gisele.id, organisationId: beta.id, role: 'referent' })
		).toBeNull();
		for (const organisationId of ['x', randomUUID()])
			await failing(
				joinRequests.open(asGisele, { memberId: gisele.id, organisationId, role: 'member' }),
				'not_found'
			);
	});

	test('the demonstration asks for the demonstration only', async () => {
		const demo = await somebody('contributor', beta, { isDemo: true });
		await failing(
			joinRequests.open(await now(demo), { memberId: demo.id, organisationId: alpha.id, role: 'member' }),
			'not_found'
		);
	});
});
