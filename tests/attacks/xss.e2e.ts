/** Every payload in every field people fill, published, then read back on every page and in every mail. */
import { randomUUID } from 'node:crypto';
import { expect, test, type BrowserContext, type Page } from '@playwright/test';
import { memoryBus } from '../../server/bus/memory.ts';
import type { Member } from '../../server/context.ts';
import * as cases from '../../server/domain/cases.ts';
import * as invitations from '../../server/domain/invitations.ts';
import * as reviews from '../../server/domain/reviews.ts';
import * as threads from '../../server/domain/threads.ts';
import { searchText } from '../../server/domain/search-text.ts';
import { mailHandlers, smtpTransport } from '../../server/jobs/mail.ts';
import { startOutbox } from '../../server/jobs/outbox.ts';
import { cleanText, richTextFromText } from '../../src/lib/document/rich-text.ts';
import { install, type Installation } from '../support/app.ts';
import { createCompleteCase, seedReference } from '../support/cases.ts';
import { createCast, type Cast } from '../support/cast.ts';
import { cookieOf } from '../support/collaboration.ts';
import { testDatabase, testEnv, type TestDatabase } from '../support/database.ts';
import { openPostOffice, partOf } from '../support/post-office.ts';
import { pino } from 'pino';
import { payloads } from './payloads.ts';

/** ATTACKS=short takes every fifth, for a machine that has other things to do. */
const tried = process.env.ATTACKS === 'short' ? payloads.filter((_one, at) => at % 5 === 0) : payloads;

interface Planted {
	payload: string;
	reference: string;
	returned: string;
	thread: string;
	authorCookie: string;
	organisationId: string;
}

let database: TestDatabase;
let installation: Installation;
let cast: Cast;
let moderatorCookie: string;
const planted: Planted[] = [];

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
	test.setTimeout(600_000);
	database = await testDatabase({ onDisk: true });
	cast = await createCast(database.db);
	await seedReference(database.db);
	moderatorCookie = await cookieOf(database.db, cast.boris.id);
	for (const payload of tried) planted.push(await plant(payload));
});
test.afterAll(async () => {
	await installation?.remove();
	await database?.close();
});

/** An account and an organisation of that name, and everything they can write. */
async function plant(payload: string): Promise<Planted> {
	const { db } = database;
	const stored = payload.replaceAll('\u0000', '');
	const line = cleanText(stored).replace(/\s+/g, ' ').trim().slice(0, 120).trim();
	const organisation = await db
		.insertInto('organisations')
		.values({ kind: 'association', name: line, search_text: searchText(line) })
		.returning('id')
		.executeTakeFirstOrThrow();
	const member = await db
		.insertInto('members')
		.values({ email: `${randomUUID()}@example.invalid`, name: line, password_hash: 'unusable' })
		.returning('id')
		.executeTakeFirstOrThrow();
	await db
		.insertInto('memberships')
		.values({ member_id: member.id, organisation_id: organisation.id, role: 'referent' })
		.execute();
	const who: Member = {
		...cast.chloe.who,
		id: member.id,
		name: line,
		memberships: [{ organisationId: organisation.id, organisationName: line, role: 'referent' }]
	};
	const context = cast.context(who);
	const boris = cast.context(cast.boris);
	const words = richTextFromText(`${stored} ${Array(70).fill('mot').join(' ')}`);
	const changes = {
		title: line.slice(0, 100).trim(),
		summary: line.slice(0, 300),
		sections: { actions: words, results_here: words, results_there: words, difficulties: words }
	};
	const written = await createCompleteCase(context, changes);
	const { hash } = await cases.submit(context, written.reference);
	await reviews.take(boris, written.reference);
	await reviews.publish(boris, written.reference, { hash });

	const again = await createCompleteCase(context, changes);
	const second = await cases.submit(context, again.reference);
	await reviews.take(boris, again.reference);
	await reviews.requestChanges(boris, again.reference, { hash: second.hash, reason: stored });

	const { id: thread } = await threads.open(context, {
		title: `abc ${line}`.slice(0, 200),
		body: stored,
		visibility: 'public',
		clientKey: randomUUID()
	});
	await invitations.invite(context, {
		email: `${randomUUID()}@example.org`,
		organisationId: organisation.id,
		role: 'member',
		locale: 'fr'
	});
	return {
		payload,
		reference: written.reference,
		returned: again.reference,
		thread,
		authorCookie: await cookieOf(db, member.id),
		organisationId: organisation.id
	};
}

test('no mail carries a tag, an attribute or a header that somebody slipped into their name', async () => {
	const office = await openPostOffice();
	const env = testEnv({ smtp: { url: office.url, from: 'Passerelle <passerelle@example.org>' } });
	const bus = memoryBus((error) => {
		throw error;
	});
	const desk = {
		db: database.db,
		bus,
		env,
		log: pino({ level: 'silent' }),
		origins: new Set(['http://localhost'])
	};
	const outbox = startOutbox(desk, mailHandlers(desk, smtpTransport(env)), { lanes: 1 });
	await outbox.drain();
	await outbox.close();
	await office.close();
	expect(office.mails.length).toBeGreaterThanOrEqual(tried.length);
	for (const { raw, to } of office.mails) {
		expect(to).toHaveLength(1);
		const head = raw.split(/\r?\n\r?\n/)[0]!;
		expect(
			head
				.match(/^(to|from|subject|bcc|cc):/gim)
				?.map((name) => name.toLowerCase())
				.sort()
		).toEqual(['from:', 'subject:', 'to:']);
		const html = partOf(raw, 'text/html');
		// Only the tags of the letter itself.
		const names = new Set([...html.matchAll(/<\/?([a-z!][\w:-]*)/gi)].map(([, name]) => name!.toLowerCase()));
		expect(
			[...names].filter(
				(name) => !['!doctype', 'html', 'head', 'meta', 'title', 'body', 'div', 'p', 'a'].includes(name)
			)
		).toEqual([]);
		expect(html).not.toMatch(/<[^>]*\son\w+\s*=/i);
		expect(html).not.toMatch(/href="(?!http)/i);
	}
});

test('no page runs what people wrote, nor lets it become anything but words', async ({ browser }) => {
	test.setTimeout(1_200_000);
	await database.release();
	installation = await install({ ...(database.variables as Record<string, string>), LOG_LEVEL: 'warn' });
	await installation.start();

	const lane = async (own: Planted[]) => {
		const visitor = await watched(await browser.newContext());
		const moderator = await watched(await browser.newContext(), moderatorCookie);
		for (const { payload, reference, returned, thread, authorCookie, organisationId } of own) {
			const asked = encodeURIComponent(payload);
			for (const path of [
				`/fiches/${reference}`,
				`/fiches/${reference}/v1.html`,
				`/recherche?q=${asked}`,
				`/organisations/${organisationId}`,
				`/discussions/${thread}`
			])
				await look(visitor, path, payload);
			await look(moderator, `/moderation/${returned}`, payload);
			const author = await watched(await browser.newContext(), authorCookie);
			for (const path of [
				'/',
				`/fiches/${returned}`,
				`/fiches/${returned}/apercu`,
				`/fiches/${returned}/historique`,
				'/compte'
			])
				await look(author, path, payload);
			await author.context().close();
		}
		for (const path of ['/', '/fiches', '/discussions', '/organisations'])
			await look(visitor, path, 'the list');
		await look(moderator, '/moderation', 'the queue');
		const asked = encodeURIComponent(own[0]!.payload);
		for (const path of [`/fiches?recherche=${asked}`, `/connexion?vers=${asked}`])
			await look(visitor, path, own[0]!.payload);
	};
	const lanes = 2;
	await Promise.all(
		Array.from({ length: lanes }, (_, index) => lane(planted.filter((_one, at) => at % lanes === index)))
	);
	console.log(`${tried.length} payloads, ${looked} pages read, ${found.length} found`);
	expect(found).toEqual([]);
});

test('the editor shows them as words too', async ({ browser }) => {
	test.setTimeout(300_000);
	for (const { payload, returned, authorCookie } of planted.filter((_one, at) => at % 15 === 0)) {
		const page = await watched(await browser.newContext(), authorCookie);
		await look(page, `/fiches/${returned}/ecrire`, payload);
		await expect(page.locator('[data-save]')).toHaveAttribute('data-save', 'saved');
		await look(page, null, payload);
		await page.context().close();
	}
	expect(found).toEqual([]);
});

const found: string[] = [];
let looked = 0;

/** A page that notes every dialog, script and breach of the policy. */
async function watched(context: BrowserContext, cookie?: string): Promise<Page> {
	if (cookie) {
		const [name = '', ...value] = cookie.split('=');
		await context.addCookies([{ name, value: value.join('='), url: installation.origin }]);
	}
	const page = await context.newPage();
	page.on('dialog', (dialog) => {
		found.push(`dialog on ${page.url()}`);
		void dialog.dismiss();
	});
	page.on('console', (message) => {
		if (/Content Security Policy|Refused to/i.test(message.text()))
			found.push(`${page.url()}: ${message.text()}`);
	});
	return page;
}

async function look(page: Page, path: string | null, payload: string): Promise<void> {
	if (path !== null) {
		const response = await page.goto(`${installation.origin}${path}`, { waitUntil: 'domcontentloaded' });
		const status = response?.status() ?? 0;
		if (status >= 500) found.push(`${status} on ${path} with ${payload}`);
	}
	looked++;
	const strange = await page.evaluate(() => {
		const problems: string[] = [];
		if ('pwned' in window) problems.push('it ran');
		for (const element of document.querySelectorAll('*')) {
			const name = element.localName;
			if (
				['iframe', 'object', 'embed', 'base', 'math', 'marquee', 'applet', 'frame', 'isindex'].includes(name)
			)
				problems.push(`<${name}>`);
			for (const attribute of element.getAttributeNames()) {
				const value = element.getAttribute(attribute) ?? '';
				if (/^on/i.test(attribute)) problems.push(`${name} ${attribute}`);
				if (['href', 'src', 'action', 'formaction', 'xlink:href', 'data'].includes(attribute)) {
					// As a browser reads an address: control characters and spaces do not count.
					const read = [...value].filter((sign) => sign > ' ').join('');
					if (/^(javascript|vbscript|data:text)/i.test(read)) problems.push(`${name} ${attribute}=${value}`);
				}
				if (attribute === 'srcdoc') problems.push(`${name} srcdoc`);
			}
			if (
				name === 'script' &&
				element.textContent?.includes('pwned') &&
				!element.textContent.includes('__sveltekit')
			)
				problems.push('script');
			if (name === 'script' && /pwned/.test(element.getAttribute('src') ?? '')) problems.push('script src');
			if (name === 'style' && element.textContent?.includes('pwned')) problems.push('style');
		}
		return problems;
	});
	for (const problem of strange) found.push(`${problem} on ${page.url()} with ${payload}`);
}
