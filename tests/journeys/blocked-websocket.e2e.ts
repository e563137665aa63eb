/** Behind a town hall's proxy that refuses every WebSocket: people write together all the same, and the line says how. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as encoding from 'lib0/encoding';
import { expect, test, type Browser, type Page } from '@playwright/test';
import * as Y from 'yjs';
import { faults } from '../support/axe.ts';
import { install, type Installation } from '../support/app.ts';
import {
	arrive,
	createAccount,
	openEditor,
	saveLine,
	section,
	seeSaved,
	signIn,
	textOf,
	write,
	type Account
} from '../support/people.ts';
import { startProxy, type Proxy } from '../support/polling.ts';

let proxy: Proxy;
let passerelle: Installation;
let chloeAccount: Account;
let diegoAccount: Account;
let elisaAccount: Account;

test.beforeAll(async () => {
	proxy = await startProxy();
	passerelle = await install({ ORIGIN: proxy.origin, PROXIES: '1', DEMO: '1' });
	proxy.target = { port: Number(new URL(passerelle.origin).port) };
	// First: the demonstration comes with a new database only.
	await passerelle.start();
	chloeAccount = createAccount(passerelle, 'Chloé', { role: 'referent', organisation: 'commune:31555' });
	diegoAccount = createAccount(passerelle, 'Diego', { role: 'contributor', organisation: 'commune:31555' });
	elisaAccount = createAccount(passerelle, 'Élisa', { role: 'member', organisation: 'commune:31555' });
});
test.afterAll(async () => {
	await proxy.close();
	await passerelle.remove();
});
test.beforeEach(() => {
	proxy.letsUpgrade = proxy.holdsUpgrade = false;
});

const isFallback = (page: Page) => expect(saveLine(page)).toHaveAttribute('data-line', 'fallback');

async function startCase(page: Page): Promise<string> {
	await page.goto(`${proxy.origin}/fiches/nouvelle`);
	await page.getByRole('button', { name: 'Commencer à écrire' }).click();
	await page.waitForURL(/\/fiches\/DEI-\d{4}-\d{4}\/ecrire/);
	await seeSaved(page);
	return /DEI-\d{4}-\d{4}/.exec(page.url())![0];
}

test(
	'three people write together, are told the truth by a killed server, and get the WebSocket back',
	{ tag: '@long' },
	async ({ browser }) => {
		const people: Page[] = [];
		for (const account of [chloeAccount, diegoAccount, elisaAccount])
			people.push(await arrive(browser, proxy.origin, account));
		const [chloe, diego, elisa] = people as [Page, Page, Page];
		const reference = await startCase(chloe);
		await openEditor(diego, proxy.origin, reference);
		await openEditor(elisa, proxy.origin, reference);

		await test.step('the line says that the connection is the fallback, and where to read why', async () => {
			for (const page of people) {
				await isFallback(page);
				await expect(saveLine(page)).toContainText(/Connexion de secours — enregistré à \d{2}:\d{2}/);
			}
			await expect(saveLine(chloe).getByRole('link', { name: 'Tester le réseau' })).toHaveAttribute(
				'href',
				'/aide/reseau'
			);
			expect(proxy.refused).toBeGreaterThan(0);
			expect(proxy.upgraded).toBe(0);
			expect(await faults(chloe, 'on the fallback')).toEqual([]);
		});

		await test.step('what the three type at once is the same for all within five seconds', async () => {
			await Promise.all([
				write(chloe, 'actions', 'Chloé écrit. '),
				write(diego, 'results_here', 'Diego écrit. '),
				write(elisa, 'results_there', 'Élisa écrit. ')
			]);
			const typed = Date.now();
			for (const page of people) {
				await expect(section(page, 'actions')).toContainText('Chloé écrit.', { timeout: 5_000 });
				await expect(section(page, 'results_here')).toContainText('Diego écrit.', { timeout: 5_000 });
				await expect(section(page, 'results_there')).toContainText('Élisa écrit.', { timeout: 5_000 });
			}
			const took_ms = Date.now() - typed;
			test.info().annotations.push({ type: 'converged in', description: `${took_ms} ms` });
			expect(took_ms).toBeLessThan(5_000);
			await expect(chloe.getByText('3 personnes ici')).toBeVisible();
			// In one and the same paragraph too.
			await Promise.all([write(chloe, 'difficulties', 'abc '), write(diego, 'difficulties', 'xyz ')]);
			await seeSaved(chloe);
			await seeSaved(diego);
			await expect
				.poll(async () => (await textOf(elisa, 'difficulties')).length, { timeout: 5_000 })
				.toBe('abc xyz '.length);
			expect(await textOf(elisa, 'difficulties')).toBe(await textOf(chloe, 'difficulties'));
		});

		await test.step('the server is killed while two type: what was shown as saved is in the database', async () => {
			const typists = [typeUntilKilled(chloe, 'actions', 'C'), typeUntilKilled(diego, 'results_here', 'D')];
			await expect
				.poll(() => Math.min(...typists.map((typist) => typist.savedCount())), { timeout: 60_000 })
				.toBeGreaterThan(6);
			await passerelle.kill();
			const [fromChloe, fromDiego] = [await typists[0]!.stop(), await typists[1]!.stop()];
			await expect(saveLine(chloe)).not.toHaveAttribute('data-save', 'saved');

			// What a browser that never wrote reads comes from the database: the lines of the others stay cut.
			for (const page of people) await page.context().setOffline(true);
			await passerelle.start();
			const stored = await readStored(browser, reference);
			for (const word of [...fromChloe.saved, ...fromDiego.saved]) expect(stored).toContain(word);

			for (const page of people) await page.context().setOffline(false);
			for (const page of people) await seeSaved(page, 60_000);
			for (const word of fromChloe.typed) await expect(section(elisa, 'actions')).toContainText(word);
			for (const word of fromDiego.typed) await expect(section(elisa, 'results_here')).toContainText(word);
			for (const page of people) await isFallback(page);
			expect(proxy.upgraded).toBe(0);
		});

		await test.step('the proxy lets WebSockets through: the page goes back to them by itself', async () => {
			proxy.letsUpgrade = true;
			await expect(saveLine(chloe)).not.toHaveAttribute('data-line', 'fallback', { timeout: 75_000 });
			await seeSaved(chloe);
			await expect(saveLine(chloe)).toContainText('Enregistré à');
			expect(proxy.upgraded).toBeGreaterThan(0);
			await write(chloe, 'difficulties', 'Par la connexion directe. ');
			await expect(section(diego, 'difficulties')).toContainText('Par la connexion directe.', {
				timeout: 5_000
			});
			await seeSaved(chloe);
		});
	}
);

test(
	'who may only read hears by polling, and writes nothing even by hand',
	{ tag: '@long' },
	async ({ browser }) => {
		const accounts = JSON.parse(
			readFileSync(join(passerelle.dataDir, 'demo-accounts.json'), 'utf8')
		) as Account[];
		const boris = await arrive(
			browser,
			proxy.origin,
			accounts.find(({ email }) => email === 'moderation@demo.invalid')!
		);
		await boris.goto(`${proxy.origin}/moderation`);
		const href = await boris.locator('a[href*="DEI-"]').first().getAttribute('href');
		const reference = /DEI-\d{4}-\d{4}/.exec(href ?? '')![0];
		const connecting = boris.waitForRequest((request) => request.postData()?.startsWith('40{') ?? false);
		await boris.goto(`${proxy.origin}/fiches/${reference}/ecrire`);
		await expect(saveLine(boris)).toHaveText(/Connexion de secours — lecture seule/);
		await expect(boris.getByRole('textbox')).toHaveCount(0);
		const before = await boris.locator('main h1').innerText();

		const forged = new Y.Doc();
		forged.getText('title').insert(0, 'Écrit à la main ');
		const told = await sendByHand(
			boris,
			(await connecting).postData()!,
			frameOf(Y.encodeStateAsUpdate(forged))
		);
		expect(told).toContain('"close",4403');
		await boris.reload();
		await expect(boris.locator('main h1')).toHaveText(before);
	}
);

test('a WebSocket that never answers is given up in five seconds', { tag: '@long' }, async ({ browser }) => {
	proxy.holdsUpgrade = true;
	const chloe = await arrive(browser, proxy.origin, chloeAccount);
	const began = Date.now();
	await startCase(chloe);
	await isFallback(chloe);
	expect(Date.now() - began).toBeGreaterThan(4_500);
	// The next page of this tab does not wait again.
	const again = Date.now();
	await chloe.reload();
	await seeSaved(chloe);
	expect(Date.now() - again).toBeLessThan(4_500);
});

test(
	'the help page says what the network does, also to a visitor, and can be copied',
	{ tag: '@long' },
	async ({ browser }) => {
		const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
		const farid = await context.newPage();
		await farid.goto(`${proxy.origin}/`);
		await farid.getByRole('link', { name: /Tester la connexion/ }).click();
		await farid.getByRole('button', { name: 'Lancer le test' }).click();
		await expect(farid.locator('[data-verdict=fallback]')).toBeVisible({ timeout: 45_000 });
		const works = async () =>
			Object.fromEntries(
				await farid
					.locator('[data-check]')
					.evaluateAll((rows) =>
						rows.map((row) => [row.getAttribute('data-check'), row.getAttribute('data-works')])
					)
			);
		expect(await works()).toEqual({ http: 'true', websocket: 'false', polling: 'true', long: 'true' });
		await farid.getByRole('button', { name: 'Copier le résultat' }).click();
		await expect(farid.getByText('Résultat copié')).toBeVisible();
		const copied = await farid.evaluate(() => navigator.clipboard.readText());
		expect(copied).toContain(proxy.origin);
		expect(copied).toMatch(/Connexion directe \(WebSocket\)\tNe passe pas/);

		proxy.letsUpgrade = true;
		await farid.getByRole('button', { name: 'Recommencer' }).click();
		await expect(farid.locator('[data-verdict=fine]')).toBeVisible({ timeout: 45_000 });
		expect(await faults(farid, 'the network tested')).toEqual([]);
		expect(await works()).toEqual({ http: 'true', websocket: 'true', polling: 'true', long: 'true' });
		await context.close();
	}
);

test('without JavaScript the help page is a text with all that the network must allow', async ({
	browser
}) => {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const farid = await context.newPage();
	await farid.goto(`${proxy.origin}/aide/reseau`);
	await expect(farid.getByRole('heading', { level: 1 })).toHaveText('Pourquoi mon réseau bloque\u202f?');
	await expect(farid.getByText('Upgrade: websocket', { exact: false })).toBeVisible();
	await expect(farid.getByText(proxy.origin, { exact: false }).first()).toBeVisible();
	await expect(farid.getByRole('button', { name: 'Lancer le test' })).toBeHidden();
	await context.close();
});

/** Types numbered words until stopped. A word counts as saved once the line said so while the word was in the text. */
function typeUntilKilled(page: Page, part: string, letter: string) {
	const typed: string[] = [];
	const saved = new Set<string>();
	let going = true;
	const typing = (async () => {
		await section(page, part).click();
		await page.keyboard.press('Control+End');
		for (let n = 1; going; n++) {
			const word = `${letter}${n}.`;
			await page.keyboard.type(`${word} `);
			typed.push(word);
			// A person stops between words, or nothing would ever be shown as saved on a slow line.
			await page.waitForTimeout(120);
			// Read at the same instant: the words of the section, and whether the line says that they are saved.
			const seen = await page.evaluate(
				(id) => ({
					isSaved: document.querySelector('[data-save]')?.getAttribute('data-save') === 'saved',
					text: document.querySelector(`#surface-${id} [role=textbox]`)?.textContent ?? ''
				}),
				part
			);
			if (seen.isSaved) for (const each of typed) if (seen.text.includes(each)) saved.add(each);
		}
	})();
	return {
		savedCount: () => saved.size,
		async stop() {
			going = false;
			await typing;
			return { typed, saved: [...saved] };
		}
	};
}

/** What the database holds now, read by a browser that never wrote. */
async function readStored(browser: Browser, reference: string): Promise<string> {
	const reader = await (await browser.newContext()).newPage();
	await signIn(reader, proxy.origin, chloeAccount);
	await reader.goto(`${proxy.origin}/fiches/${reference}/apercu`);
	const text = await reader.locator('main').innerText();
	await reader.context().close();
	return text;
}

/** A document-changing frame, as base64. */
function frameOf(update: Uint8Array): string {
	const encoder = encoding.createEncoder();
	encoding.writeVarUint(encoder, 0);
	encoding.writeVarUint(encoder, 2);
	encoding.writeVarUint8Array(encoder, update);
	return Buffer.from(encoding.toUint8Array(encoder)).toString('base64');
}

/** A second line of the same page, made by hand: what the server answers to a frame. */
function sendByHand(page: Page, hello: string, frame: string): Promise<string> {
	return page.evaluate(
		async ([hello, frame]) => {
			const base = '/collab-polling/?EIO=4&transport=polling';
			const opening = await (await fetch(base)).text();
			const address = `${base}&sid=${(JSON.parse(opening.slice(1)) as { sid: string }).sid}`;
			const post = (body: string) => fetch(address, { method: 'POST', body });
			await post(hello!);
			let heard = await (await fetch(address)).text();
			await post(`451-["frame",{"_placeholder":true,"num":0}]\u001eb${frame}`);
			for (let round = 0; round < 5 && !heard.includes('"close"'); round++)
				heard += await (await fetch(address)).text();
			return heard;
		},
		[hello, frame]
	);
}
