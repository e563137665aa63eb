/** Mail over a real SMTP server, started on a free port. */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { locales } from '#lib/contract/locales.ts';
import { createCast, type Cast } from '../../tests/support/cast.ts';
import { testDatabase, testEnv, type TestDatabase } from '../../tests/support/database.ts';
import { openPostOffice, partOf, smtpRefusal, type PostOffice } from '../../tests/support/post-office.ts';
import type { App } from '../app.ts';
import * as recovery from '../auth/recovery.ts';
import * as account from '../domain/account.ts';
import * as invitations from '../domain/invitations.ts';
import * as mailbox from '../domain/mail.ts';
import { transact } from '../events.ts';
import { enqueue } from '../outbox.ts';
import type { Letter } from './letter.ts';
import { words } from './mail-words.ts';
import { mailHandlers, smtpTransport } from './mail.ts';
import { startOutbox, withoutAddresses, type Outbox, type OutboxSettings } from './outbox.ts';

let database: TestDatabase;
let cast: Cast;
const running: Outbox[] = [];
const offices: PostOffice[] = [];

beforeAll(async () => {
	database = await testDatabase();
	cast = await createCast(database.db);
});
afterEach(async () => {
	await Promise.all(running.splice(0).map((outbox) => outbox.close()));
	await Promise.all(offices.splice(0).map((office) => office.close()));
	await database.db.deleteFrom('outbox').execute();
	await database.db.deleteFrom('rate_limits').execute();
});
afterAll(() => database.close());

/** Closed after the test. */
async function postOffice(answer?: () => Error | null): Promise<PostOffice> {
	const office = await openPostOffice(answer);
	offices.push(office);
	return office;
}

function desk(smtpUrl: string | null): Pick<App, 'db' | 'env' | 'origins' | 'bus' | 'log'> {
	return {
		db: database.db,
		bus: cast.bus,
		log: pino({ level: 'silent' }),
		env: testEnv({ smtp: smtpUrl ? { url: smtpUrl, from: 'Passerelle <no-reply@example.org>' } : null }),
		origins: new Set(['https://passerelle.example.org'])
	};
}

function work(smtpUrl: string | null, settings: Partial<OutboxSettings> = {}): Outbox {
	const app = desk(smtpUrl);
	const outbox = startOutbox(app, mailHandlers(app, smtpTransport(app.env)), settings);
	running.push(outbox);
	return outbox;
}

const asFarid = () => cast.context(cast.farid);
const ask = (email: string) =>
	recovery.requestMail(asFarid(), 'password_reset', { email, address: '192.0.2.7' });
const jobs = () => database.db.selectFrom('outbox').selectAll().orderBy('id').execute();
/** The time passes that the worker wanted to wait. */
const wait = () =>
	database.db
		.updateTable('outbox')
		.set({ run_after: sql<Date>`now()` })
		.execute();

describe('a mail', () => {
	it('reaches Chloé in her language, as text and as HTML that say the same', async () => {
		const office = await postOffice();
		await database.db.updateTable('members').set({ locale: 'es' }).where('id', '=', cast.chloe.id).execute();
		await ask(cast.chloe.email);
		await work(office.url).drain();
		expect(office.mails).toHaveLength(1);
		const [{ to, raw }] = office.mails as [PostOffice['mails'][number]];
		expect(to).toEqual([cast.chloe.email]);
		expect(raw).toMatch(/^Auto-Submitted: auto-generated/m);
		expect(raw).toMatch(/^From: Passerelle <no-reply@example.org>/m);
		const link =
			/https:\/\/passerelle\.example\.org\/connexion\/nouveau-mot-de-passe\?jeton=[\w-]{20}\.[\w-]{20}/;
		for (const type of ['text/plain', 'text/html'] as const) {
			const body = partOf(raw, type);
			expect(body).toContain('Hola, Chloé:');
			expect(body).toContain('contraseña');
			expect(body).toMatch(link);
		}
		expect(partOf(raw, 'text/html')).toContain('<html lang="es">');
		await database.db.updateTable('members').set({ locale: 'fr' }).where('id', '=', cast.chloe.id).execute();
	});

	it('names the network as whoever runs it does, and never the product then', async () => {
		const named = (network_name: string) =>
			database.db.updateTable('settings').set({ network_name }).execute();
		const office = await postOffice();
		await named('Réseau\nd’essai');
		await ask(cast.diego.email);
		await work(office.url).drain();
		await named('');
		const body = partOf(office.mails[0]!.raw, 'text/plain');
		expect(body).toContain('votre compte Réseau d’essai.');

		const values = {
			name: 'n',
			link: 'l',
			code: 'c',
			organisation: 'o',
			inviter: 'i',
			title: 't',
			role: 'r',
			reason: 'm'
		};
		for (const locale of locales) {
			const letters = Object.values(words[locale]('Réseau d’essai')) as ((given: typeof values) => Letter)[];
			expect(letters.length).toBeGreaterThan(20);
			expect(JSON.stringify(letters.map((letter) => letter(values)))).not.toContain('Passerelle');
		}
	});

	it('leaves no address and no secret in the database once it is sent', async () => {
		const office = await postOffice();
		await ask(cast.diego.email);
		await work(office.url).drain();
		const [job] = await jobs();
		expect(job).toMatchObject({ payload: {}, last_error: null, kept: null });
		expect(job!.sent_at).toBeInstanceOf(Date);
		const secret = /jeton=[\w-]{20}\.([\w-]{20})/.exec(partOf(office.mails[0]!.raw, 'text/plain'))![1]!;
		const tokens = await database.db.selectFrom('one_time_tokens').selectAll().execute();
		expect(tokens.length).toBeGreaterThan(0);
		expect(JSON.stringify([tokens, await jobs()])).not.toContain(secret);
	});

	it('goes to nobody for an address without an account, which the asker cannot tell', async () => {
		const office = await postOffice();
		expect(await ask('personne@example.org')).toBe(await ask(cast.boris.email));
		await work(office.url).drain();
		expect(office.mails.map((mail) => mail.to)).toEqual([[cast.boris.email]]);
		expect((await jobs()).map((job) => job.sent_at !== null)).toEqual([true, true]);
	});

	it('asked for twice in a minute is sent once', async () => {
		const office = await postOffice();
		const now = Date.now();
		const again = () =>
			recovery.requestMail(
				asFarid(),
				'password_reset',
				{ email: cast.efua.email, address: '192.0.2.7' },
				now
			);
		await Promise.all([again(), again(), again()]);
		await work(office.url).drain();
		expect(office.mails).toHaveLength(1);
	});

	it('cannot be given other headers or other recipients by the name of who invites', async () => {
		const office = await postOffice();
		const evil = 'Chloé\r\nBcc: victime@example.org\r\n\r\n<script>alert(1)</script>';
		await database.db.updateTable('members').set({ name: evil }).where('id', '=', cast.chloe.id).execute();
		await database.db
			.updateTable('organisations')
			.set({ name: 'Alpha\r\nBcc: autre@example.org' })
			.where('id', '=', cast.alpha.id)
			.execute();
		await invitations.invite(cast.context(cast.chloe), {
			email: 'invitee@example.org',
			organisationId: cast.alpha.id,
			role: 'member',
			locale: 'fr'
		});
		await work(office.url).drain();
		expect(office.mails[0]!.to).toEqual(['invitee@example.org']);
		const head = office.mails[0]!.raw.split(/\r?\n\r?\n/)[0]!;
		expect(head).not.toMatch(/^Bcc:/im);
		expect(partOf(office.mails[0]!.raw, 'text/html')).toContain('&lt;script&gt;');
		expect(partOf(office.mails[0]!.raw, 'text/html')).not.toContain('<script>');
		await database.db.updateTable('members').set({ name: 'Chloé' }).where('id', '=', cast.chloe.id).execute();
	});
});

describe('a server that refuses', () => {
	it('for now is asked again, later and later', async () => {
		let refusals = 2;
		const office = await postOffice(() => (refusals-- > 0 ? smtpRefusal(451, 'try again later') : null));
		await ask(cast.chloe.email);
		const outbox = work(office.url);
		await outbox.drain();
		const delays: number[] = [];
		for (let attempt = 1; attempt <= 2; attempt++) {
			const [job] = await jobs();
			expect(job).toMatchObject({ attempts: attempt, failed_at: null, sent_at: null });
			delays.push(Math.round((job!.run_after.getTime() - Date.now()) / 1000));
			await outbox.drain();
			expect(office.mails).toHaveLength(0);
			await wait();
			await outbox.drain();
		}
		expect(delays[0]).toBeGreaterThan(20);
		expect(delays[0]).toBeLessThanOrEqual(30);
		expect(delays[1]).toBeGreaterThan(50);
		expect(office.mails).toHaveLength(1);
		expect((await jobs())[0]).toMatchObject({ attempts: 3, last_error: null });
	});

	it('for ever makes a dead letter after the last try, which Awa sees, without the address, and sends again', async () => {
		let isDown = true;
		const office = await postOffice(() =>
			isDown ? smtpRefusal(450, `mailbox <${cast.chloe.email}> unavailable`) : null
		);
		await ask(cast.chloe.email);
		const outbox = work(office.url, { mostAttempts: 3 });
		for (let attempt = 0; attempt < 5; attempt++) {
			await wait();
			await outbox.drain();
		}
		const awa = cast.context(cast.awa);
		const { items, counts } = await mailbox.list(awa);
		expect(items[0]).toMatchObject({ state: 'failed', attempts: 3, mayRetry: true });
		expect(items[0]!.lastError).toContain('mailbox');
		expect(JSON.stringify(items)).not.toContain(cast.chloe.email);
		expect(counts.failed).toBe(1);

		isDown = false;
		await mailbox.retry(awa, items[0]!.id);
		await outbox.drain();
		expect(office.mails).toHaveLength(1);
		expect((await mailbox.list(awa)).counts).toMatchObject({ failed: 0, done: 1 });
	});

	it('for good is not asked twice', async () => {
		let asked = 0;
		const office = await postOffice(() => (asked++, smtpRefusal(550, 'no such user')));
		await ask(cast.chloe.email);
		const outbox = work(office.url);
		await outbox.drain();
		await wait();
		await outbox.drain();
		expect(asked).toBe(1);
		expect((await mailbox.list(cast.context(cast.awa))).items[0]).toMatchObject({ state: 'failed' });
	});

	it('or is not there at all loses nothing: the next process sends it', async () => {
		const office = await postOffice();
		await ask(cast.chloe.email);
		const first = work('smtp://127.0.0.1:9');
		await first.drain();
		await first.close();
		expect((await jobs())[0]).toMatchObject({ attempts: 1, sent_at: null, failed_at: null });
		await wait();
		await work(office.url).drain();
		expect(office.mails).toHaveLength(1);
	});
});

describe('several workers', () => {
	it('share thirty mails, and nobody gets one twice', async () => {
		const office = await postOffice();
		await transact(asFarid(), async (trx, announce) => {
			for (let number = 0; number < 30; number++) {
				await enqueue(trx, announce, {
					kind: 'mail.notice',
					payload: { memberId: cast.chloe.id, notice: 'password_changed', to: `n${number}@example.org` },
					dedupeKey: `many:${number}`
				});
			}
		});
		const workers = [work(office.url), work(office.url), work(office.url)];
		await Promise.all(workers.map((worker) => worker.drain()));
		expect(office.mails).toHaveLength(30);
		expect(new Set(office.mails.map((mail) => mail.to[0])).size).toBe(30);
	});

	it('of two processes, each with connections of its own, do each job once', async () => {
		const desks = await Promise.all(
			[1, 2].map(async () => ({ ...desk(null), db: await database.connect() }))
		);
		await transact(asFarid(), async (trx, announce) => {
			for (let number = 0; number < 60; number++)
				await enqueue(trx, announce, {
					kind: 'test.count',
					payload: { number },
					dedupeKey: `count:${number}`
				});
		});
		const done: unknown[] = [];
		const doneBy = [0, 0];
		const outboxes = desks.map((app, index) =>
			startOutbox(app, {
				'test.count': async ({ payload }) => {
					done.push(payload.number);
					doneBy[index]!++;
					await new Promise((resolve) => setTimeout(resolve, 5));
					return 'done';
				}
			})
		);
		running.push(...outboxes);
		await Promise.all(outboxes.map((outbox) => outbox.drain()));
		expect(done.sort((a, b) => Number(a) - Number(b))).toEqual(
			Array.from({ length: 60 }, (_, number) => number)
		);
		// Otherwise one of them slept, and this shows nothing.
		expect(Math.min(...doneBy)).toBeGreaterThan(0);
		expect((await jobs()).filter((job) => job.sent_at === null || job.attempts !== 1)).toEqual([]);
	});

	it('leave alone what another is at, and take it over once that one is long gone', async () => {
		const office = await postOffice();
		await ask(cast.chloe.email);
		const app = desk(office.url);
		let release = () => {};
		const stuck = new Promise<void>((resolve) => (release = resolve));
		const handlers = mailHandlers(app, () => stuck);
		const slow = startOutbox(app, handlers, { lease_ms: 600 });
		running.push(slow);
		await new Promise((resolve) => setTimeout(resolve, 150));
		const other = work(office.url);
		await other.drain();
		expect(office.mails).toHaveLength(0);

		await new Promise((resolve) => setTimeout(resolve, 700));
		await other.drain();
		expect(office.mails).toHaveLength(1);
		const [sent] = await jobs();
		// The first one wakes up: what the second did stands.
		release();
		await slow.close();
		expect((await jobs())[0]).toEqual(sent);
		await other.drain();
		expect(office.mails).toHaveLength(1);
	});

	it('hear at once that there is something to do, after the commit only', async () => {
		const office = await postOffice();
		const outbox = work(office.url, { interval_ms: 3_600_000 });
		await outbox.drain();
		const rolledBack = transact(asFarid(), async (trx, announce) => {
			await enqueue(trx, announce, { kind: 'mail.notice', payload: {}, dedupeKey: 'never' });
			throw new Error('no');
		});
		await expect(rolledBack).rejects.toThrow('no');
		await ask(cast.chloe.email);
		await expect.poll(() => office.mails.length, { timeout: 5_000 }).toBe(1);
		expect(await jobs()).toHaveLength(1);
	});
});

describe('the demonstration', () => {
	it('never sends: its mail is kept, and shown to its own administrator only', async () => {
		const office = await postOffice();
		const { id } = await database.db
			.insertInto('members')
			.values({ email: 'membre@demo.invalid', name: 'Membre', password_hash: '!', is_demo: true })
			.returning('id')
			.executeTakeFirstOrThrow();
		await ask('membre@demo.invalid');
		await ask(cast.chloe.email);
		await work(office.url).drain();
		expect(office.mails.map((mail) => mail.to)).toEqual([[cast.chloe.email]]);

		const demoAdmin = cast.context({ ...cast.awa.who, isDemo: true });
		const { items } = await mailbox.list(demoAdmin);
		expect(items).toHaveLength(1);
		expect(items[0]).toMatchObject({ state: 'kept', isDemo: true, kept: { to: 'membre@demo.invalid' } });
		expect(items[0]!.kept!.text).toContain('/connexion/nouveau-mot-de-passe?jeton=');
		await database.db.deleteFrom('members').where('id', '=', id).execute();
	});

	it('does not show its administrator a mail that opens the account of a real person', async () => {
		await ask(cast.chloe.email);
		await work(null).drain();
		expect((await mailbox.list(cast.context(cast.awa))).items[0]).toMatchObject({
			state: 'kept',
			kept: { to: cast.chloe.email }
		});
		expect((await mailbox.list(cast.context({ ...cast.awa.who, isDemo: true }))).items).toEqual([]);
	});

	it('is not what mail in production waits for: it waits for a server', async () => {
		await ask(cast.chloe.email);
		await work(null, { demoOnly: true }).drain();
		expect((await mailbox.list(cast.context(cast.awa))).items[0]).toMatchObject({
			state: 'waiting',
			kept: null
		});
	});
});

it('only administrators see the outbox', async () => {
	for (const person of [cast.boris, cast.chloe, cast.farid]) {
		await expect(mailbox.list(cast.context(person))).rejects.toMatchObject({ kind: 'not_found' });
		await expect(mailbox.retry(cast.context(person), 1)).rejects.toMatchObject({ kind: 'not_found' });
	}
	await expect(mailbox.retry(cast.context(cast.awa), 1)).rejects.toMatchObject({ kind: 'not_found' });
});

it('a change of address is confirmed at the new one; somebody who has it already is told instead', async () => {
	const office = await postOffice();
	const { hashPassword } = await import('../auth/passwords.ts');
	await database.db
		.updateTable('members')
		.set({ password_hash: await hashPassword('trois vélos sous la pluie') })
		.where('id', '=', cast.diego.id)
		.execute();
	const diego = cast.context(cast.diego);
	const current = 'trois vélos sous la pluie';
	await account.requestEmail(diego, { current, email: 'diego.nouveau@example.org' });
	await account.requestEmail(diego, { current, email: cast.boris.email });
	await work(office.url).drain();
	const letter = (to: string) => partOf(office.mails.find((mail) => mail.to[0] === to)!.raw, 'text/plain');
	expect(letter('diego.nouveau@example.org')).toContain('/compte/adresse?jeton=');
	expect(letter(cast.boris.email)).toContain('déjà un');
	expect(letter(cast.boris.email)).not.toContain('jeton=');
});

it('no address stays in what a server answered', () => {
	expect(withoutAddresses(`550 5.1.1 <chloe@example.org>: no "a.b+c@d.fr"\r\n${randomUUID()}`)).not.toContain(
		'@d'
	);
	expect(withoutAddresses('x'.repeat(1000))).toHaveLength(300);
});
