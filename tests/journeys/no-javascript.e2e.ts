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
	await farid.getByRole('button', { name: 'Langue et apparence' }).click();
	await farid.locator('header').getByRole('button', { name: 'English' }).click();
	await expect(farid).toHaveURL(`${passerelle.origin}/fiches`);
	await expect(farid.locator('html')).toHaveAttribute('lang', 'en');
	await farid.goto(passerelle.origin);
	await expect(farid.getByRole('button', { name: 'Español' }).first()).toBeVisible();
	await expect(farid.locator('html')).toHaveAttribute('lang', 'en');
});

test('a language guessed from the browser is told, with the way to another, until one is chosen', async ({
	browser
}) => {
	const page = await (await browser.newContext({ javaScriptEnabled: false, locale: 'es-ES' })).newPage();
	await page.goto(`${passerelle.origin}/fiches`);
	await expect(page.locator('html')).toHaveAttribute('lang', 'es');
	await expect(page.getByText('el idioma de su navegador')).toBeVisible();
	await page.getByRole('button', { name: 'Lire en français' }).click();
	await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
	await expect(page.getByText('la langue de votre navigateur')).toBeHidden();
});

test('a member finds the language they chose on every device they sign in from', async ({ browser }) => {
	const people = peopleOf(browser, passerelle);
	const account = { name: '', email: people.emailOf('admin'), password: people.passwordOf('admin') };
	const atWork = await scriptless(browser);
	await signIn(atWork, passerelle.origin, account);
	const atHome = await scriptless(browser);
	await signIn(atHome, passerelle.origin, account);
	await atWork.locator('footer').getByRole('button', { name: 'English' }).click();
	await expect(atWork.locator('html')).toHaveAttribute('lang', 'en');
	await atHome.goto(`${passerelle.origin}/fiches`);
	await expect(atHome.locator('html')).toHaveAttribute('lang', 'en');
	await atHome.locator('footer').getByRole('button', { name: 'Français' }).click();
	await expect(atHome.locator('html')).toHaveAttribute('lang', 'fr');
});

test('the theme is chosen without JavaScript, kept, and given back to the device', async ({ browser }) => {
	const farid = await scriptless(browser);
	const ground = () => farid.evaluate(() => getComputedStyle(document.body).backgroundColor);
	await farid.emulateMedia({ colorScheme: 'light' });
	await farid.goto(`${passerelle.origin}/fiches?recherche=a`);
	const light = await ground();
	await farid.locator('footer').getByRole('button', { name: 'Sombre' }).click();
	await expect(farid).toHaveURL(`${passerelle.origin}/fiches?recherche=a`);
	const dark = await ground();
	expect(dark).not.toBe(light);
	await farid.goto(passerelle.origin);
	expect(await ground(), 'the page comes dark: nothing flashes').toBe(dark);
	await expect(farid.locator('footer').getByRole('button', { name: 'Sombre' })).toHaveAttribute(
		'aria-pressed',
		'true'
	);
	await farid.emulateMedia({ colorScheme: 'dark' });
	await farid.locator('footer').getByRole('button', { name: 'Claire' }).click();
	expect(await ground()).toBe(light);
	await farid.locator('footer').getByRole('button', { name: 'Automatique' }).click();
	expect(await ground()).toBe(dark);
});

test('the whole site is searched from any page', async ({ browser }) => {
	const farid = await scriptless(browser);
	await farid.goto(`${passerelle.origin}/dynamique`);
	await farid.locator('header').getByLabel('Mots à chercher').fill('Modalités zzz');
	await farid.locator('header').getByRole('button', { name: 'Rechercher' }).click();
	await expect(farid.getByRole('heading', { level: 2 })).toHaveText('Rien sur « Modalités zzz »');
	await farid.getByLabel('Mots à chercher').fill('DYNAMIQUE');
	await farid.getByRole('button', { name: 'Rechercher' }).click();
	await expect(farid).toHaveURL(/\/recherche\?mots=DYNAMIQUE$/);
	await expect(farid.getByRole('link', { name: /^Faire émerger une dynamique/ })).toBeVisible();
	await expect(farid.getByRole('link', { name: /^Quelles modalités d’action/ })).toBeVisible();
	await farid.goto(`${passerelle.origin}/recherche?mots=e`);
	await expect(farid.getByText('Écrivez au moins deux lettres.')).toBeVisible();
	await farid.goto(`${passerelle.origin}/recherche?mots=${encodeURIComponent('Besoin : comment repérez')}`);
	await expect(farid.getByText('réservées aux membres ne sont pas cherchées')).toBeVisible();
	await expect(farid.getByRole('heading', { level: 2 })).toContainText('Rien sur');
});

test('nothing moves while a page comes', async ({ browser }) => {
	for (const width of [1280, 360]) {
		// A new device, where no typeface is kept yet.
		const context = await browser.newContext({ locale: 'fr-FR', viewport: { width, height: 800 } });
		const page = await context.newPage();
		await page.addInitScript(watchShifts);
		for (const path of [
			'/',
			'/fiches',
			'/fiches/DEI-2026-0001',
			'/discussions',
			'/dynamique',
			'/recherche'
		]) {
			await page.goto(passerelle.origin + path);
			await page.evaluate(() => document.fonts.ready);
			const shifts = await page.evaluate(() => (window as unknown as { shifts: number }).shifts);
			expect(shifts, `${path} at ${width} px`).toBeLessThan(0.005);
		}
		await context.close();
	}
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
		await chloe.getByRole('button', { name: 'Compte :' }).click();
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

/** Runs in the page. */
function watchShifts(): void {
	const memory = window as unknown as { shifts: number };
	memory.shifts = 0;
	new PerformanceObserver((list) => {
		for (const entry of list.getEntries()) memory.shifts += (entry as unknown as { value: number }).value;
	}).observe({ type: 'layout-shift', buffered: true });
}

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
