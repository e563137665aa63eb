/** Without JavaScript: a visitor reads the whole public site, a member signs in, replies, starts a case and mends a form. */
import { expect, test, type Browser, type Page } from '@playwright/test';
import { install, type Installation } from '../support/app.ts';
import { signIn } from '../support/people.ts';
import { peopleOf } from '../support/screens.ts';

let passerelle: Installation;

test.beforeAll(async () => {
	passerelle = await install({ DEMO: '1' });
	await passerelle.start();
});
test.afterAll(() => passerelle.remove());

test('Farid reads the whole public site, following every link', async ({ browser }) => {
	const farid = await scriptless(browser);
	const { origin } = passerelle;
	const waiting = ['/'];
	const seen = new Set(waiting);
	const titles = new Map<string, string>();
	while (waiting.length > 0) {
		const path = waiting.shift()!;
		const response = await farid.goto(origin + path);
		expect(response!.status(), path).toBe(200);
		if (!response!.headers()['content-type']?.startsWith('text/html')) continue;
		const isFrozen = path.endsWith('.html');
		await expect(farid.locator('h1'), `${path} has one title`).toHaveCount(1);
		await expect(farid.locator('html'), path).toHaveAttribute('lang', /^(fr|en|es)$/);
		const title = await farid.title();
		expect(title.length, path).toBeGreaterThan(3);
		if (!isFrozen) {
			await expect(farid.locator('main'), path).toHaveCount(1);
			expect(await levels(farid), `${path} skips no level of headings`).toEqual([]);
			// What Kit starts hydration with has no place where nothing needs it.
			expect(await farid.locator('script:not([type])').count(), `${path} carries no script`).toBe(0);
		}
		const address = new URL(farid.url());
		if (!address.search && !isFrozen) titles.set(address.pathname, title);
		for (const link of await links(farid)) {
			const { pathname, search } = new URL(link);
			// A page to come back to after signing in is the same page for each of them.
			const known = pathname === '/connexion' ? pathname : pathname + search;
			if (seen.has(known)) continue;
			seen.add(known);
			waiting.push(pathname + search);
		}
	}
	expect(seen.size).toBeGreaterThan(15);
	for (const path of ['/fiches', '/discussions', '/dynamique', '/connexion', '/fiches/DEI-2026-0001'])
		expect([...titles.keys()]).toContain(path);
	expect(new Set(titles.values()).size, 'each page has a title of its own').toBe(titles.size);
});

test('the language is chosen without JavaScript, and kept', async ({ browser }) => {
	const farid = await scriptless(browser);
	await farid.goto(`${passerelle.origin}/fiches`);
	await farid.locator('header').getByRole('button', { name: 'English' }).click();
	await expect(farid).toHaveURL(`${passerelle.origin}/fiches`);
	await expect(farid.locator('html')).toHaveAttribute('lang', 'en');
	await farid.goto(passerelle.origin);
	await expect(farid.getByRole('button', { name: 'Español' }).first()).toBeVisible();
	await expect(farid.locator('html')).toHaveAttribute('lang', 'en');
});

test('a member signs in, replies, mends a form and starts a case', async ({ browser }) => {
	const people = peopleOf(browser, passerelle);
	const chloe = await scriptless(browser);
	const { origin } = passerelle;
	const account = {
		name: '',
		email: people.emailOf('contributor'),
		password: people.passwordOf('contributor')
	};

	await test.step('a wrong password is told, and the address kept', async () => {
		await chloe.goto(`${origin}/connexion?vers=/discussions`);
		await chloe.getByLabel('Adresse électronique').fill(account.email);
		await chloe.getByLabel('Mot de passe', { exact: true }).fill('pas le bon');
		await chloe.getByRole('button', { name: 'Se connecter' }).click();
		await expect(chloe.getByRole('alert')).toContainText('ne convient pas');
		await expect(chloe.getByLabel('Adresse électronique')).toHaveValue(account.email);
		expect(await chloe.title()).toMatch(/^Erreur/);
	});
	await signIn(chloe, origin, account);

	await test.step('a thread refused for its title comes back with its words', async () => {
		await chloe.goto(`${origin}/discussions/nouvelle`);
		await chloe.getByLabel('Votre message').fill('Qui a déjà mesuré cela ?');
		await chloe.getByRole('button', { name: 'Publier la discussion' }).click();
		await expect(chloe.getByRole('alert')).toContainText('Donnez un titre');
		await expect(chloe.getByLabel('Votre message')).toHaveValue('Qui a déjà mesuré cela ?');
		await chloe.getByRole('alert').getByRole('link').first().click();
		await chloe.getByLabel('Titre').fill('Mesurer sans se tromper');
		await chloe.getByRole('button', { name: 'Publier la discussion' }).click();
		await expect(chloe.getByRole('heading', { level: 1 })).toHaveText('Mesurer sans se tromper');
	});

	await test.step('she replies', async () => {
		await chloe.getByLabel('Votre message').fill('Je commence : nous comptons les emplois.');
		await chloe.getByRole('button', { name: 'Envoyer la réponse' }).click();
		await expect(chloe.getByText('nous comptons les emplois')).toHaveCount(1);
		expect(chloe.url()).toMatch(/#message-2$/);
	});

	await test.step('she starts a case, whose text says what it needs', async () => {
		await chloe.goto(`${origin}/fiches/nouvelle`);
		await chloe.getByRole('button', { name: 'Commencer à écrire' }).click();
		await chloe.waitForURL(/\/fiches\/DEI-\d{4}-\d{4}\/ecrire/);
		// Chromium with scripting switched off by a test keeps what is in <noscript> as text.
		expect(await chloe.locator('noscript').textContent()).toContain('Pour écrire, activez JavaScript');
		await expect(chloe.getByRole('heading', { level: 1 })).toHaveText('Fiche sans titre');
	});

	await test.step('she leaves', async () => {
		await chloe.locator('header details summary').click();
		await chloe.getByRole('button', { name: 'Se déconnecter' }).click();
		await chloe.goto(`${origin}/compte`);
		await expect(chloe).toHaveURL(/\/connexion/);
	});
});

test('pages travel compressed, and are never kept by the browser', async () => {
	const response = await fetch(passerelle.origin, { headers: { 'accept-encoding': 'br' } });
	expect(response.headers.get('content-encoding')).toBe('br');
	expect(response.headers.get('cache-control')).toBe('private, no-store');
});

async function scriptless(browser: Browser): Promise<Page> {
	return (await browser.newContext({ javaScriptEnabled: false, locale: 'fr-FR' })).newPage();
}

/** Absolute addresses of this site that the page leads to. */
async function links(page: Page): Promise<string[]> {
	const found = await page
		.locator('a[href], link[rel=alternate], link[rel=manifest]')
		.evaluateAll((elements) => elements.map((element) => (element as HTMLAnchorElement).href));
	return found.filter((address) => new URL(address).origin === passerelle.origin);
}

/** Headings that come more than one level under the one before. */
async function levels(page: Page): Promise<string[]> {
	const headings = await page
		.locator('h1, h2, h3, h4, h5, h6')
		.evaluateAll((elements) => elements.map((element) => [Number(element.tagName[1]), element.textContent]));
	return headings
		.filter(([level], index) => Number(level) > Number(headings[index - 1]?.[0] ?? 0) + 1)
		.map(([level, text]) => `h${level} ${text}`);
}
