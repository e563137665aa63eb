import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCast, type Cast } from '../../tests/support/cast.ts';
import { createCompleteCase, seedReference } from '../../tests/support/cases.ts';
import { testDatabase, testEnv } from '../../tests/support/database.ts';
import { dump, findIn } from '../../tests/support/dump.ts';
import { hashPassword } from '../auth/passwords.ts';
import { requestMail } from '../auth/recovery.ts';
import * as secondFactor from '../auth/second-factor.ts';
import { validateToken } from '../auth/sessions.ts';
import { hashed, signIn } from '../auth/sign-in.ts';
import type { Context, Member } from '../context.ts';
import { mailHandlers } from '../jobs/mail.ts';
import { startOutbox } from '../jobs/outbox.ts';
import * as account from './account.ts';
import * as cases from './cases.ts';
import * as erasure from './erasure.ts';
import * as history from './history.ts';
import * as invitations from './invitations.ts';
import * as journal from './journal.ts';
import * as profiles from './profiles.ts';
import * as reviews from './reviews.ts';
import * as threads from './threads.ts';

const { db, close } = await testDatabase();
afterAll(close);
let cast: Cast;

const password = 'trois vélos sous la pluie';
const chloe = {
	name: 'Chloé Vermandois-Izoard',
	email: 'chloe.vi@mairie-exemple.invalid',
	phone: '+33 1 99 00 12 34'
};
const boris = { name: 'Boris Quellenec-Adret', email: 'boris.qa@reseau-exemple.invalid' };
const address = '198.51.100.77';
const device = 'Firefox, Amiga';

beforeAll(async () => {
	cast = await createCast(db);
	await seedReference(db);
	const passwordHash = await hashPassword(password);
	for (const [person, { name, email }] of [
		[cast.chloe, chloe],
		[cast.boris, boris]
	] as const) {
		await db
			.updateTable('members')
			.set({ name, email, password_hash: passwordHash })
			.where('id', '=', person.id)
			.execute();
	}
}, 60_000);

const visitor = () => cast.context(cast.farid);

async function signedIn(email: string): Promise<{ context: Context & { who: Member }; token: string }> {
	const { token } = await signIn(visitor(), { email, password, address, device });
	const who = await validateToken(db, token);
	if (who.kind !== 'member') throw new Error('not signed in');
	return { context: { ...visitor(), who }, token };
}

/** As where no mail is sent: every letter is kept, with its words. */
async function writeLetters(): Promise<void> {
	const app = {
		db,
		bus: cast.bus,
		log: pino({ level: 'silent' }),
		env: testEnv(),
		origins: new Set(['https://passerelle.example.org'])
	};
	const outbox = startOutbox(app, mailHandlers(app, null));
	await outbox.drain();
	await outbox.close();
}

test('Chloé lived here, leaves, and no table knows her name, her address or where she came from', async () => {
	const { context, token } = await signedIn(chloe.email);
	const diego = cast.context(cast.diego);

	// What a member does in a life here.
	await expect(
		signIn(visitor(), { email: chloe.email, password: 'essai', address, device })
	).rejects.toMatchObject({ code: 'wrong_credentials' });
	await profiles.save(context, {
		phone: chloe.phone,
		occupation: `Directrice, ${chloe.name}`,
		languages: 'français',
		biography: `Écrire à ${chloe.email}`,
		email_shown_to: 'members',
		phone_shown_to: 'organisation',
		occupation_shown_to: 'members',
		languages_shown_to: 'nobody',
		biography_shown_to: 'members'
	});
	await profiles.consent(context, { subject: 'digest', agrees: true });
	await secondFactor.begin(context, { current: password });
	await account.requestVerification(context);
	await account.requestEmail(context, { current: password, email: 'chloe.nouvelle@exemple.invalid' });
	await invitations.invite(context, {
		email: 'gisele@example.invalid',
		organisationId: cast.alpha.id,
		role: 'member',
		locale: 'fr'
	});
	await invitations.invite(cast.context(cast.boris), {
		email: chloe.email,
		organisationId: cast.beta.id,
		role: 'member',
		locale: 'fr'
	});
	await requestMail(visitor(), 'password_reset', { email: chloe.email, address });
	await writeLetters();
	await requestMail(visitor(), 'sign_in', { email: chloe.email, address });
	const thread = await threads.open(context, {
		title: `Une question de ${chloe.name}`,
		body: `Bonjour, ${chloe.name} (${chloe.email}, ${chloe.phone})`,
		visibility: 'public',
		clientKey: randomUUID()
	});
	await threads.reply(diego, thread.id, {
		body: `Voir avec ${chloe.email.toUpperCase()}, et analyser`,
		clientKey: randomUUID()
	});
	const written = await createCompleteCase(context);
	await db.updateTable('live_updates').set({ member_id: context.who.id }).execute();
	await db
		.insertInto('live_clients')
		.values({ document_id: written.documentId, client_id: 7, member_id: context.who.id })
		.execute();
	await history.nameVersion(context, written.reference, { label: 'Avant la relecture' });
	await cases.submit(context, written.reference);

	await db
		.insertInto('case_guests')
		.values({
			case_id: (await db.selectFrom('cases').select('id').executeTakeFirstOrThrow()).id,
			email: chloe.email,
			parts: ['actions']
		})
		.execute();
	const claims = { subject: 'x', email: chloe.email, isProved: true, name: chloe.name };
	await db
		.insertInto('sign_ons')
		.values({ id: 'x', state: 'x', nonce: 'x', return_to: '/', claims: JSON.stringify(claims) })
		.execute();

	// The search finds what is there to find.
	const words = [
		chloe.name,
		chloe.email,
		chloe.phone,
		address,
		device,
		'chloe.nouvelle',
		hashed(chloe.email),
		context.who.id
	];
	const before = findIn(await dump(db), words);
	expect(before).toEqual(
		expect.arrayContaining([
			...['members', 'outbox', 'posts', 'profiles', 'threads'].map((table) => `${table}: ${chloe.name}`),
			...[
				'members',
				'outbox',
				'posts',
				'profiles',
				'invitations',
				'one_time_tokens',
				'case_guests',
				'sign_ons'
			].map((table) => `${table}: ${chloe.email}`),
			`rate_limits: ${hashed(chloe.email)}`,
			`sessions: ${device}`,
			`one_time_tokens: chloe.nouvelle`,
			...['cases', 'consents', 'events', 'live_clients', 'live_updates', 'second_factors'].map(
				(table) => `${table}: ${context.who.id}`
			)
		])
	);
	expect(before.filter((found) => found.endsWith(address))).toEqual([]);
	await journal.seal(db);

	const ended: string[] = [];
	const deaf = [
		cast.bus.subscribe('session.ended', ({ sessionId }) => ended.push(sessionId)),
		cast.bus.subscribe('member.access', ({ memberId }) => ended.push(memberId))
	];
	await expect(erasure.eraseOwn(context, { current: 'essai' })).rejects.toMatchObject({
		code: 'current_wrong'
	});
	await erasure.eraseOwn(context, { current: password });
	deaf.forEach((stop) => stop());

	// Nothing of hers but an id in the journal, which stands for nobody.
	expect(findIn(await dump(db), words)).toEqual([`events: ${context.who.id}`]);
	expect(await journal.seal(db)).toBeGreaterThan(0);
	expect((await journal.verify(db)).problems).toEqual([]);
	// Pages and sockets are told.
	expect(ended).toEqual(expect.arrayContaining([context.who.sessionId, context.who.id]));
	expect((await validateToken(db, token)).kind).toBe('visitor');
	await expect(signedIn(chloe.email)).rejects.toMatchObject({ code: 'wrong_credentials' });

	// What she wrote stays, in the name of her region.
	const { posts } = await threads.get(diego, thread.id);
	expect(posts[0]).toMatchObject({ authorName: null, organisationName: cast.alpha.name });
	expect(posts[0]!.html).toContain('Bonjour, […] ([…], […])');
	expect(posts[1]!.html).toContain('Voir avec […], et analyser');
	const candidate = await reviews.candidate(cast.context(cast.boris), written.reference);
	expect(candidate.submission).toMatchObject({
		submittedByName: null,
		organisationName: cast.alpha.name,
		content: { title: written.content.title }
	});
	const { items } = await journal.list(cast.context(cast.awa), { kind: 'discussion' });
	expect(items.find(({ name }) => name === 'thread.opened')).toMatchObject({
		actor: 'erased',
		organisationName: cast.alpha.name
	});
});

test('a version Boris published keeps its hash, and says no longer who published it', async () => {
	const { context } = await signedIn(boris.email);
	const efua = cast.context({
		...cast.diego.who,
		memberships: cast.diego.who.memberships.map((one) => ({ ...one, role: 'referent' as const }))
	});
	const { reference } = await createCompleteCase(efua);
	await cases.submit(efua, reference);
	const { submission } = await reviews.candidate(context, reference);
	await reviews.publish(context, reference, { hash: submission.hash });
	expect(await cases.version(visitor(), reference, 'latest')).toMatchObject({ publishedByName: boris.name });

	await erasure.eraseMember(visitor(), { email: boris.email });
	expect(await cases.version(visitor(), reference, 'latest')).toMatchObject({
		publishedByName: null,
		hash: submission.hash,
		content: submission.content
	});
	expect(findIn(await dump(db), [boris.name, boris.email])).toEqual([]);
});

test('the last administrator stays until there is another', async () => {
	await expect(erasure.eraseMember(visitor(), { id: cast.awa.id })).rejects.toMatchObject({
		code: 'last_admin'
	});
	await db.insertInto('appointments').values({ member_id: cast.efua.id, role: 'admin' }).execute();
	await erasure.eraseMember(visitor(), { id: cast.awa.id });
	await expect(erasure.eraseMember(visitor(), { id: cast.efua.id })).rejects.toMatchObject({
		code: 'last_admin'
	});
});

test('nobody erases an account of the demonstration, nor one there is not', async () => {
	await expect(
		erasure.eraseOwn(cast.context({ ...cast.diego.who, isDemo: true }), { current: password })
	).rejects.toMatchObject({ code: 'demo_account' });
	await expect(erasure.eraseOwn(visitor(), { current: password })).rejects.toMatchObject({
		kind: 'forbidden'
	});
	for (const by of [{ id: 'x' }, { id: randomUUID() }, { email: 'personne@example.invalid' }])
		await expect(erasure.eraseMember(visitor(), by)).rejects.toMatchObject({ kind: 'not_found' });
});
