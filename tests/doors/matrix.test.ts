/**
 * The permission table through every door: what a page, an action, an address of data answers to each kind of person about
 * each thing in each state is what can() of server/access.ts says. Who may not read gets what a thing that does not exist
 * gets, to the letter. Who may not act is refused, and nothing in the database has moved; who may is not, and it is undone.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { encodeAccess } from '#lib/contract/collaboration.ts';
import { partKeys } from '#lib/document/template.ts';
import { can, type Ability } from '../../server/access.ts';
import { testDatabase } from '../support/database.ts';
import { answerOf, knock, undone, type Answer, type Knock } from './knock.ts';
import type { Who } from '../../server/context.ts';
import { triedOnWires, trials } from './tries.ts';
import { remember } from '../../server/auth/reauthenticate.ts';
import * as tokens from '../../server/auth/tokens.ts';
import { createSession } from '../../server/auth/sessions.ts';
import { wires as wireVerbs } from './list.ts';
import { openWires } from './wires.ts';
import { createWorld, traces, type Person } from './world.ts';

const { db, close } = await testDatabase();
afterAll(close);
const world = await createWorld(db);

const isRefusal = ({ text }: Answer) =>
	/^(401|403|404|409|forbidden|not_found|conflict|303 \/connexion)/.test(text);
const isForbidden = ({ text }: Answer) => /^(401|403|404|forbidden|not_found|303 \/connexion)/.test(text);

let count = 0;
const verbs = new Set<Ability>();
afterAll(() =>
	console.log(
		`${verbs.size} verbs × ${world.people.length} roles × ${Object.keys(trials).length + triedOnWires.length} doors: ${count} tries`
	)
);

test.for(Object.entries(trials))('%s answers as the table says', async ([door, trial]) => {
	const isRead = /^(load|GET) /.test(door);
	const ask = ({ who }: Person, question: Knock, place = db) =>
		trial.call
			? answerOf(() => trial.call!({ who, db: place, bus: world.cast.bus }, question.fields ?? {}))
			: knock(place, door, who, question);
	const wrong: string[] = [];
	const before = await traces(db);
	for (const verb of trial.verbs) verbs.add(verb);
	for (const person of world.people) {
		const tries = trial.tries(world, person);
		const ofNothing = {
			...trial.nothing,
			fields: trial.nothing?.fields && { ...tries[0]?.fields, ...trial.nothing.fields }
		};
		const nothing = trial.nothing && (await ask(person, ofNothing));
		for (const { label, may, isSeen, shows = {}, ...question } of tries) {
			count++;
			const answer =
				isRead || !may
					? await ask(person, question)
					: await undone(db, (place) => ask(person, question, place));
			const say = (what: string) => wrong.push(`${person.name}, ${label}: ${what}: ${answer.text}`);
			if (!may) {
				if (!isRefusal(answer)) say('may not, and is not refused');
				else if (!isSeen && nothing && answer.text !== nothing.text)
					say(`is not told as of nothing: ${nothing.text}`);
				continue;
			}
			if (isForbidden(answer)) say('may, and is refused');
			else if (answer.text.startsWith('400')) say('may, and is not understood');
			// The discussion of a case sends on to the page of the case.
			else if (!isRead || !answer.text.startsWith('303'))
				for (const [word, is] of Object.entries(shows)) {
					const holds = trial.holds?.(answer.data, word) ?? JSON.stringify(answer.data).includes(word);
					if (holds !== is) say(`${is ? 'does not show' : 'shows'} ${word}`);
				}
		}
		await db.deleteFrom('rate_limits').execute();
	}
	expect(wrong).toEqual([]);
	expect(await traces(db), 'something has moved').toEqual(before);
});

test('an id of somebody else’s answers as one that does not exist, and changes nothing', async () => {
	const { who } = world.named('referent of the pilot');
	if (who.kind !== 'member') throw new Error('a visitor');
	await db.transaction().execute((trx) => remember(trx, who.sessionId));
	const owner = world.named('referent of the partner').id!;
	const mine = world.places[0]!;
	const session = await createSession(db, owner);
	const passkey = await db
		.insertInto('passkeys')
		.values({ member_id: owner, credential_id: 'theirs', public_key: Buffer.alloc(1), name: 'La leur' })
		.returning('id')
		.executeTakeFirstOrThrow();
	const identity = await db
		.insertInto('identities')
		.values({ member_id: owner, issuer: 'https://provider.example', subject: 'theirs' })
		.returning('id')
		.executeTakeFirstOrThrow();
	const { reference } = mine;
	const { versionId, guestId } = world.theirs;
	const request = world.requests[0]!.id;
	const outsider = world.memberships.find(({ thing }) => thing.organisationId === world.other.id)!.thing;
	const root = '/fiches/[reference]';
	const id = (value: string) => ({ id: value });
	const swaps: [door: string, theirs: string, question: (id: string) => Knock, none?: string][] = [
		[
			`default ${root}/historique/restaurer`,
			versionId,
			(version) => ({ params: { reference }, fields: { versionId: version, part: '' } })
		],
		[
			`load ${root}/historique/restaurer`,
			versionId,
			(version) => ({ params: { reference }, query: `version=${version}` })
		],
		[`load ${root}/historique`, versionId, (version) => ({ params: { reference }, query: `de=${version}` })],
		[`endGuest ${root}/ecrire`, guestId, (guest) => ({ params: { reference }, fields: id(guest) })],
		['end /compte', session.id, (one) => ({ fields: id(one) }), 'a'.repeat(20)],
		['withdraw /compte', request, (one) => ({ fields: id(one) })],
		['voice /compte', world.other.id, (one) => ({ fields: { organisationId: one } })],
		['rename /compte/cles', passkey.id, (one) => ({ fields: { id: one, label: 'La mienne' } })],
		['remove /compte/cles', passkey.id, (one) => ({ fields: id(one) })],
		['unlink /compte/cles', identity.id, (one) => ({ fields: id(one) })],
		[
			'change /organisations/[id]/membres',
			outsider.memberId,
			(one) => ({
				params: { id: world.pilot.id },
				fields: { memberId: one, act: 'suspend', why: 'Une raison suffisante.', isSure: 'on' }
			})
		]
	];
	const before = await traces(db);
	for (const [door, theirs, question, none = randomUUID()] of swaps) {
		const real = await knock(db, door, who, question(theirs));
		expect(real.text, door).toBe((await knock(db, door, who, question(none))).text);
		expect(real.text, door).toMatch(/^(404|not_found|400 .*"not_your_organisation")/);
	}
	expect(await traces(db)).toEqual(before);
	expect(await knock(db, 'voice /compte', who, { fields: { organisationId: world.pilot.id } })).toMatchObject(
		{
			text: '303 /compte?fait=voice'
		}
	);
});

test('the wires let in, hear and write as the table says', async () => {
	for (const verb of Object.entries(wireVerbs).flatMap(([, asked]) => asked)) verbs.add(verb);
	const wires = await openWires(db);
	const wrong: string[] = [];
	const written = new Map<string, number>();
	try {
		for (const person of world.people) {
			const { name, who } = person;
			const say = (label: string, what: string) => wrong.push(`${name}, ${label}: ${what}`);
			const answers = await wires.joinThreads(person, [
				...world.discussions.map(({ id }) => id),
				randomUUID()
			]);
			const nothing = answers.at(-1)!;
			for (const [index, { label, thing }] of world.discussions.entries()) {
				count++;
				const may = who.kind === 'member' && can(who, 'thread.read', thing);
				if ((answers[index] === 'joined') !== may) say(label, `thread.join answers ${answers[index]}`);
				else if (!may && answers[index] !== nothing) say(label, `is not told as of nothing: ${nothing}`);
			}
			for (const line of ['socket', 'polling'] as const) {
				const refusal = await wires.open(line, person, randomUUID());
				const documents = [
					...world.places.map(({ label, documentId, thing }) => {
						const parts = partKeys.filter((part) => can(who, 'case.writePart', { case: thing, part }));
						const rights = encodeAccess(parts.length > 0, can(who, 'case.write', thing) ? null : parts);
						return { label, documentId, may: can(who, 'case.readDraft', thing), rights };
					}),
					{
						label: 'bench',
						documentId: world.benchId,
						may: can(who, 'bench.write', { kind: 'bench' }),
						rights: 1
					}
				];
				const all = await Promise.all(
					documents.map(({ label, documentId }) =>
						wires.open(line, person, documentId, label === 'bench' ? 'bench' : 'case')
					)
				);
				for (const [index, { label, documentId, may, rights }] of documents.entries()) {
					count++;
					const opened = all[index]!;
					if (!may) {
						if (JSON.stringify(opened) !== JSON.stringify(refusal))
							say(label, `${line} is not told as of nothing: ${JSON.stringify(opened)}`);
					} else if (opened.rights !== rights)
						say(label, `${line} opens with ${JSON.stringify(opened)} instead of ${rights}`);
					if (opened.isWritten && rights !== 1 && rights !== 0)
						say(label, `${line} took what is not of their parts`);
					else if (opened.isWritten !== (may && rights === 1))
						say(label, `${line} takes writing: ${opened.isWritten}`);
					if (opened.isWritten) written.set(documentId, (written.get(documentId) ?? 0) + 1);
				}
			}
		}
		expect(wrong).toEqual([]);
		for (const { label, documentId } of world.places) {
			const { updates } = await db
				.selectFrom('live_updates')
				.select((eb) => eb.fn.count('seq').as('updates'))
				.where('document_id', '=', documentId)
				.where(
					'member_id',
					'in',
					world.people.flatMap(({ id }) => id ?? [])
				)
				.executeTakeFirstOrThrow();
			// What two send at once is one row.
			expect(Number(updates) > 0, label).toBe(written.has(documentId));
		}
	} finally {
		await wires.close();
	}
});

test('what may not be read takes as long to refuse as nothing does', async () => {
	const visitor = world.named('Farid, visitor').who;
	const stranger = world.named('member of no organisation').who;
	const staged = world.named('demo referent, of the real pilot').who;
	const draft = world.places[0]!;
	const ofMembers = world.general.find(({ thing }) => thing.visibility === 'members' && !thing.isDemo)!;
	const root = '/fiches/[reference]';
	const forbidden: [door: string, who: Who, params: Record<string, string>][] = [
		...[root, `${root}/apercu`, `${root}/historique`, `${root}/discussion`].map(
			(route): [string, Who, Record<string, string>] => [
				`load ${route}`,
				stranger,
				{ reference: draft.reference }
			]
		),
		[`GET ${root}/v[number].json`, stranger, { reference: draft.reference }],
		[`GET ${root}/historique.json`, stranger, { reference: draft.reference }],
		['load /moderation/[reference]', stranger, { reference: draft.reference }],
		['load /discussions/[id]', visitor, { id: ofMembers.id }],
		['load /discussions/[id]', stranger, { id: draft.threadId }],
		['GET /api/threads/[id]/posts', visitor, { id: draft.threadId }],
		['load /membres/[id]', visitor, { id: world.subjects[0]!.thing.id }],
		['load /membres/[id]', staged, { id: world.subjects[0]!.thing.id }]
	];
	let statements = 0;
	const counted = db.withPlugin({
		transformQuery({ node }) {
			statements++;
			return node;
		},
		transformResult: ({ result }) => Promise.resolve(result)
	});
	const median = (times: number[]) => times.sort((one, other) => one - other)[times.length >> 1]!;
	for (const [door, who, params] of forbidden) {
		const [name] = Object.keys(params);
		const nothing = { [name!]: name === 'id' ? randomUUID() : 'DEI-1999-9999' };
		const times: [number[], number[]] = [[], []];
		const asked = [0, 0];
		for (let turn = 0; turn < 31; turn++)
			for (const [index, one] of [params, nothing].entries()) {
				statements = 0;
				const began = performance.now();
				expect(await knock(counted, door, who, { params: one })).toSatisfy(isForbidden);
				times[index]!.push(performance.now() - began);
				asked[index] = statements;
			}
		// What takes time is what is asked of the database, whatever the machine is busy with.
		expect(asked[0], `${door}: statements`).toBe(asked[1]);
		const [one, other] = [median(times[0]), median(times[1])];
		expect(Math.abs(one - other), `${door}: ${one} ms and ${other} ms`).toBeLessThan(
			2 + Math.min(one, other)
		);
	}
});

test('a mailed link opens one thing, once, in time, for whom it was sent to', async () => {
	const owner = world.accounts[0]!.thing.id;
	const { email } = await db
		.selectFrom('members')
		.select('email')
		.where('id', '=', owner)
		.executeTakeFirstOrThrow();
	const [invitation] = world.invited;
	const person = { name: 'Nadia Sow', password: 'quatre chevaux agrafe correcte' };
	const expiresAt = new Date(Date.now() + 3_600_000);
	const make = {
		sign_in: () => tokens.issue(db, { purpose: 'sign_in', memberId: owner, email }),
		password_reset: () => tokens.issue(db, { purpose: 'password_reset', memberId: owner, email }),
		email_change: () =>
			tokens.issue(db, { purpose: 'email_change', memberId: owner, email: 'new@example.invalid' }),
		email_verification: () => tokens.issue(db, { purpose: 'email_verification', memberId: owner, email }),
		sign_up: () => tokens.issue(db, { purpose: 'sign_up', email: 'nobody@example.invalid' }),
		invitation: () =>
			tokens.issue(db, {
				purpose: 'invitation',
				invitationId: invitation!.id,
				email: invitation!.email,
				expiresAt
			})
	};
	type Purpose = keyof typeof make;
	const links: Record<Purpose, [page: string, form: string, fields?: Record<string, string>]> = {
		sign_in: ['load /connexion/lien', 'default /connexion/lien'],
		password_reset: [
			'load /connexion/nouveau-mot-de-passe',
			'default /connexion/nouveau-mot-de-passe',
			{ password: person.password }
		],
		email_change: ['load /compte/adresse', 'confirm /compte/adresse'],
		email_verification: ['load /compte/adresse/verification', 'default /compte/adresse/verification'],
		sign_up: [
			'load /inscription/confirmation',
			'default /inscription/confirmation',
			{ ...person, organisationId: world.lonely.id, role: 'member', message: '' }
		],
		invitation: ['load /invitation', 'create /invitation', person]
	};
	const visitor = world.named('Farid, visitor').who;
	const other = world.named('member of no organisation').who;
	const aside = (text: string) => text.replace(/"typed":\[.*?\]/, '');
	for (const [purpose, [page, form, fields = {}]] of Object.entries(links) as [
		Purpose,
		(typeof links)[Purpose]
	][]) {
		const look = (token: string, who = visitor) => knock(db, page, who, { query: `jeton=${token}` });
		const send = (token: string, who = visitor, place = db) =>
			knock(place, form, who, { fields: { ...fields, token } });
		const isOpen = ({ data }: Answer) => (data as { link: unknown }).link !== null;
		const good = await make[purpose]();
		const id = good.split('.')[0]!;
		const unknown = `${'a'.repeat(20)}.${'a'.repeat(20)}`;
		const nothing = await send(unknown);
		expect(nothing.text, purpose).toMatch(/^400 .*"token_invalid"/);
		expect(isOpen(await look(unknown)), purpose).toBe(false);

		const before = await traces(db);
		const bad: Record<string, string> = { 'another secret': `${id}.${'a'.repeat(20)}` };
		for (const another of Object.keys(make) as Purpose[])
			if (another !== purpose) bad[`a link for ${another}`] = await make[another]();
		const standing = await traces(db);
		for (const [label, token] of Object.entries(bad)) {
			count++;
			expect(isOpen(await look(token)), `${purpose}: ${label}`).toBe(false);
			expect(aside((await send(token)).text), `${purpose}: ${label}`).toBe(aside(nothing.text));
		}
		// A link belongs to an account, or to an address without one: not to whoever is signed in here.
		if (!['sign_in', 'password_reset'].includes(purpose)) {
			const sent = await send(good, other);
			expect(sent.text, `${purpose}: another account`).toMatch(/^400 .*"(token_invalid|other_account)"/);
		}
		if (purpose === 'invitation')
			expect((await knock(db, 'join /invitation', other, { fields: { token: good } })).text).toContain(
				'other_account'
			);
		expect({ ...(await traces(db)), one_time_tokens: '' }, purpose).toEqual({
			...standing,
			one_time_tokens: ''
		});
		expect({ ...standing, one_time_tokens: '' }).toEqual({ ...before, one_time_tokens: '' });

		// Somebody would be let in; a second time nobody is, nor too late.
		expect(isOpen(await look(good)), purpose).toBe(true);
		await undone(db, async (place) => {
			expect((await send(good, visitor, place)).text, purpose).toMatch(/^303/);
			expect(aside((await send(good, visitor, place)).text), `${purpose}: used`).toBe(aside(nothing.text));
		});
		for (const past of ['used_at', 'expires_at']) {
			count++;
			const token = await make[purpose]();
			await db
				.updateTable('one_time_tokens')
				.set({ [past]: new Date(Date.now() - 1000) })
				.where('id', '=', token.split('.')[0]!)
				.execute();
			expect(isOpen(await look(token)), `${purpose}: ${past}`).toBe(false);
			expect(aside((await send(token)).text), `${purpose}: ${past}`).toBe(aside(nothing.text));
		}
		await db.deleteFrom('rate_limits').execute();
	}
});
