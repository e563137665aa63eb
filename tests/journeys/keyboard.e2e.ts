/** Without a mouse: a case is created, written, submitted, reviewed and published, and people talk. */
import { expect, test, type Browser, type Page } from '@playwright/test';
import { faults } from '../support/axe.ts';
import { install, type Installation } from '../support/app.ts';
import { goThrough, press, reach, step } from '../support/keyboard.ts';
import { createAccount, seeSaved, section, type Account } from '../support/people.ts';

let passerelle: Installation;
let chloeAccount: Account;
let borisAccount: Account;

test.beforeAll(async () => {
	passerelle = await install();
	chloeAccount = createAccount(passerelle, 'Chloé', { role: 'referent', organisation: 'commune:31555' });
	borisAccount = createAccount(passerelle, 'Boris', { role: 'moderator' });
	await passerelle.start();
});
test.afterAll(() => passerelle.remove());

test(
	'by keyboard alone a case is written, sent back, completed, published, and discussed',
	{ tag: '@long' },
	async ({ browser }) => {
		const chloe = await enter(browser, chloeAccount);

		await test.step('the first stop leads to the content', async () => {
			await chloe.goto(passerelle.origin);
			await step(chloe);
			await expect(chloe.locator('.skip')).toBeFocused();
			await chloe.keyboard.press('Enter');
			await expect(chloe.locator('#contenu')).toBeFocused();
		});

		await test.step('Chloé starts a case', async () => {
			await press(chloe, chloe.getByRole('link', { name: 'Commencer une fiche' }));
			await chloe.waitForURL('**/fiches/nouvelle');
			await press(chloe, chloe.getByRole('button', { name: 'Commencer à écrire' }));
			await chloe.waitForURL(/\/ecrire/);
			await seeSaved(chloe);
		});
		const reference = /DEI-\d{4}-\d{4}/.exec(chloe.url())![0];

		await test.step('she fills in the facts', async () => {
			await type(chloe, '#control-title', 'Former ensemble des artisans');
			await type(chloe, '#control-summary', 'Deux villes forment leurs artisans à tour de rôle.');
			await type(chloe, '#control-lead', 'toulouse');
			await expect(chloe.getByRole('option', { name: /^Toulouse.*Haute-Garonne/ }).first()).toBeVisible();
			await chloe.keyboard.press('ArrowDown');
			await chloe.keyboard.press('Enter');
			await expect(chloe.locator('#control-lead')).toHaveValue(/Toulouse/);
			await reach(chloe, chloe.locator('#control-partner'));
			await chloe.keyboard.press('ArrowDown');
			await expect(chloe.locator('#control-partner')).not.toHaveValue('');
			await reach(chloe, chloe.getByLabel('Nom du territoire'));
			await chloe.keyboard.type('Saint-Louis');
			await reach(chloe, chloe.locator('#control-modality'));
			await chloe.keyboard.press('ArrowDown');
			await press(chloe, chloe.getByRole('checkbox', { name: /8\.6/ }), 'Space');
			await expect(chloe.getByRole('checkbox', { name: /8\.6/ })).toBeChecked();
		});

		await test.step('she writes, shapes her text from the bar, and leaves it with Escape', async () => {
			await reach(chloe, section(chloe, 'actions'));
			await chloe.keyboard.type(words(40));
			await chloe.keyboard.press('Enter');
			await chloe.keyboard.press('Alt+F10');
			const bar = chloe.getByRole('toolbar', { name: /Ce que nous avons fait/ });
			await expect(bar.getByRole('button').first()).toBeFocused();
			for (const name of [/^Gras/, /^Italique/, /^Liste$/]) {
				await step(chloe, 'ArrowRight');
				await expect(bar.getByRole('button', { name })).toBeFocused();
			}
			await chloe.keyboard.press('Enter');
			await expect(bar.getByRole('button', { name: 'Liste', exact: true })).toHaveAttribute(
				'aria-pressed',
				'true'
			);
			await chloe.keyboard.press('Escape');
			await expect(section(chloe, 'actions')).toBeFocused();
			await chloe.keyboard.type('Une étape');
			await chloe.keyboard.press('Escape');
			await expect(section(chloe, 'actions')).not.toBeFocused();
			await expect(section(chloe, 'actions').getByRole('listitem')).toHaveText('Une étape');

			for (const [part, count] of [
				['results_here', 20],
				['results_there', 20],
				['difficulties', 65]
			] as const) {
				await reach(chloe, section(chloe, part));
				// Its keys were typed above; here only the words count.
				await chloe.keyboard.insertText(words(count));
				await chloe.keyboard.press('Escape');
				await expect(section(chloe, part)).not.toBeFocused();
			}
			await seeSaved(chloe);
			expect(await faults(chloe, 'the editor with text')).toEqual([]);
		});

		await test.step('nothing in the editor holds her back', async () => {
			await chloe.reload();
			await seeSaved(chloe);
			expect((await goThrough(chloe)).length).toBeGreaterThan(30);
		});

		await test.step('she submits', () => submit(chloe, reference));

		const boris = await enter(browser, borisAccount);
		await test.step('Boris takes the case and asks for a change', async () => {
			await boris.goto(`${passerelle.origin}/moderation`);
			await press(boris, boris.getByRole('link', { name: 'Former ensemble des artisans' }));
			await boris.waitForURL(`**/moderation/${reference}`);
			await hydrated(boris);
			await press(boris, boris.getByRole('button', { name: 'Prendre en relecture' }));
			await press(boris, boris.getByRole('button', { name: 'Demander des modifications' }));
			await expect(boris.getByRole('alert')).toBeFocused();
			expect(await faults(boris, 'a refused decision')).toEqual([]);
			await step(boris);
			await boris.keyboard.press('Enter');
			await expect(boris.getByLabel('Ce qui doit changer')).toBeFocused();
			await boris.keyboard.type('Combien d’artisans ?');
			await press(boris, boris.getByRole('button', { name: 'Demander des modifications' }));
			await expect(boris.getByRole('heading', { name: 'Fiches à relire' })).toBeVisible();
		});

		await test.step('Chloé completes it and submits again', async () => {
			await chloe.goto(`${passerelle.origin}/fiches/${reference}/ecrire`);
			await seeSaved(chloe);
			await reach(chloe, section(chloe, 'results_here'));
			await chloe.keyboard.press('Control+End');
			await chloe.keyboard.type('Douze.');
			await chloe.keyboard.press('Escape');
			await seeSaved(chloe);
			await submit(chloe, reference);
		});

		await test.step('Boris publishes it', async () => {
			await boris.goto(`${passerelle.origin}/moderation/${reference}`);
			await hydrated(boris);
			await press(boris, boris.getByRole('button', { name: 'Prendre en relecture' }));
			await press(boris, boris.getByRole('button', { name: 'Publier cette version' }));
			await boris.waitForURL(/\/v1$/);
			await expect(boris.getByText('Douze.')).toBeVisible();
		});

		await test.step('they talk about it', async () => {
			await boris.goto(`${passerelle.origin}/fiches/${reference}/discussion`);
			await hydrated(boris);
			await reach(boris, boris.getByLabel('Votre message'));
			await boris.keyboard.type('Merci à vous.');
			const send = boris.getByRole('button', { name: 'Envoyer la réponse' });
			await press(boris, send);
			await expect(boris.getByText('Merci à vous.')).toHaveCount(1);
			// Shown before the page is refreshed: it is the refresh that could take the focus away.
			await expect(boris.getByLabel('Votre message')).toHaveValue('');
			await expect(send).not.toHaveAttribute('aria-busy');
			await expect
				.poll(() => boris.evaluate(() => document.activeElement?.closest('main form') !== null))
				.toBe(true);
			expect(await faults(boris, 'a thread just answered')).toEqual([]);
			await boris.reload();
			expect((await goThrough(boris)).length).toBeGreaterThan(5);
		});

		await test.step('the account menu opens, closes with Escape and gives the focus back', async () => {
			await chloe.goto(passerelle.origin);
			const menu = chloe.locator('#compte');
			const opener = chloe.getByRole('button', { name: 'Compte :' });
			await press(chloe, opener);
			await expect(menu).toBeVisible();
			await step(chloe);
			expect(await menu.evaluate((element) => element.contains(document.activeElement))).toBe(true);
			// The home page has no JavaScript: it is the browser that closes it.
			await chloe.keyboard.press('Escape');
			await expect(menu).toBeHidden();
			await expect(opener).toBeFocused();
		});
	}
);

test('every public page is gone through by keyboard, each stop in sight', async ({ browser }) => {
	const page = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
	for (const path of [
		...['/', '/fiches', '/dynamique', '/discussions', '/connexion', '/recherche?mots=dynamique'],
		...['/plan', '/accessibilite', '/mentions-legales']
	]) {
		await page.goto(passerelle.origin + path);
		expect((await goThrough(page)).length, path).toBeGreaterThan(5);
	}
});

async function enter(browser: Browser, account: Account): Promise<Page> {
	const page = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
	await page.goto(`${passerelle.origin}/connexion`);
	await reach(page, page.getByLabel('Adresse électronique'));
	await page.keyboard.type(account.email);
	await reach(page, page.getByLabel('Mot de passe', { exact: true }));
	await page.keyboard.type(account.password);
	await page.keyboard.press('Enter');
	await page.waitForURL((url) => url.pathname !== '/connexion');
	return page;
}

async function type(page: Page, control: string, text: string): Promise<void> {
	await reach(page, page.locator(control));
	await page.keyboard.type(text);
}

async function submit(page: Page, reference: string): Promise<void> {
	await press(page, page.getByRole('link', { name: 'Soumettre à relecture' }).last());
	await page.waitForURL(/\/soumettre/);
	await press(page, page.getByRole('button', { name: 'Soumettre la fiche' }));
	await page.waitForURL((url) => url.pathname === `/fiches/${reference}`);
}

const hydrated = (page: Page) => expect(page.locator('html')).toHaveAttribute('data-hydrated', 'true');

function words(count: number): string {
	return Array.from({ length: count }, (_, n) => `mot${n}`).join(' ') + '. ';
}
