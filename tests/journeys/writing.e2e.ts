/** What the writing page does with what is typed and pasted in it. */
import { expect, test, type Page } from '@playwright/test';
import { faults } from '../support/axe.ts';
import { install, type Installation } from '../support/app.ts';
import {
	arrive,
	createAccount,
	openEditor,
	section,
	seeSaved,
	startCase,
	textOf,
	type Account
} from '../support/people.ts';

let passerelle: Installation;
let chloeAccount: Account;
let diegoAccount: Account;

test.beforeAll(async () => {
	passerelle = await install();
	chloeAccount = createAccount(passerelle, 'Chloé', { role: 'referent', organisation: 'commune:31555' });
	diegoAccount = createAccount(passerelle, 'Diego', { role: 'contributor', organisation: 'commune:31555' });
	await passerelle.start();
});
test.afterAll(() => passerelle.remove());

test('an address becomes a link when typed, pasted or asked for, and only one that is safe to follow', async ({
	browser
}) => {
	const chloe = await arrive(browser, passerelle.origin, chloeAccount);
	const reference = await startCase(chloe, passerelle.origin);
	const actions = section(chloe, 'actions');
	const links = () =>
		actions.locator('a').evaluateAll((all) => all.map((a) => [a.textContent, a.getAttribute('href')]));

	await actions.click();
	await chloe.keyboard.type(
		'Voir https://exemple.fr/page. Puis javascript:alert(1) et www.exemple.org, ici. '
	);
	expect(await links()).toEqual([
		['https://exemple.fr/page', 'https://exemple.fr/page'],
		['www.exemple.org', 'https://www.exemple.org/']
	]);
	expect(await textOf(chloe, 'actions')).toContain('www.exemple.org, ici.');

	await paste(chloe, { text: 'lire https://exemple.net/x !' });
	await chloe.keyboard.type(' le guide');
	for (let letter = 0; letter < 'le guide'.length; letter++) await chloe.keyboard.press('Shift+ArrowLeft');
	await paste(chloe, { text: 'https://exemple.com/guide' });
	await chloe.keyboard.press('End');
	await paste(chloe, {
		text: 'un piège et une adresse',
		html: '<p><a href="javascript:alert(1)">un piège</a> et <a href="mailto:x@exemple.fr">une adresse</a></p>'
	});
	expect(await links()).toEqual([
		['https://exemple.fr/page', 'https://exemple.fr/page'],
		['www.exemple.org', 'https://www.exemple.org/'],
		['https://exemple.net/x', 'https://exemple.net/x'],
		['le guide', 'https://exemple.com/guide'],
		['une adresse', 'mailto:x@exemple.fr']
	]);

	await chloe.getByRole('toolbar').first().getByRole('button', { name: 'Lien' }).click();
	await chloe.getByRole('dialog').getByRole('textbox').first().fill('exemple.eu');
	await chloe.getByRole('dialog').getByRole('textbox').last().fill('l’Europe');
	await chloe.keyboard.press('Enter');
	await expect(actions.getByRole('link', { name: 'l’Europe' })).toHaveAttribute(
		'href',
		'https://exemple.eu/'
	);

	await seeSaved(chloe);
	await chloe.goto(`${passerelle.origin}/fiches/${reference}/apercu`);
	await expect(chloe.getByRole('main').getByRole('link', { name: 'le guide' })).toHaveAttribute(
		'rel',
		/noopener/
	);
	await expect(chloe.getByRole('main').locator('a[href^="javascript:"]')).toHaveCount(0);
	expect(await faults(chloe, 'a text with links')).toEqual([]);
	await chloe.context().close();
});

test('lists, headings and emphasis come from the keyboard, and are what readers see', async ({ browser }) => {
	const chloe = await arrive(browser, passerelle.origin, chloeAccount);
	const reference = await startCase(chloe, passerelle.origin);
	await section(chloe, 'actions').click();
	await chloe.keyboard.type('- un\ndeux\n\n1. premier\n\n> cité\n\n');
	await chloe.keyboard.press('Control+B');
	await chloe.keyboard.type('gras');
	await chloe.keyboard.press('Control+B');
	await chloe.keyboard.type(' et ');
	await chloe.keyboard.press('Control+I');
	await chloe.keyboard.type('penché');
	await chloe.keyboard.press('Control+I');
	await chloe.keyboard.press('Shift+Enter');
	await chloe.keyboard.type('à la ligne');
	await chloe.keyboard.press('Control+Z');
	await chloe.keyboard.press('Control+Y');
	await seeSaved(chloe);
	await chloe.goto(`${passerelle.origin}/fiches/${reference}/apercu`);
	const main = chloe.getByRole('article');
	await expect(main.locator('ul li', { hasText: /^(un|deux)$/ })).toHaveCount(2);
	await expect(main.locator('ol li')).toHaveText('premier');
	await expect(main.locator('blockquote')).toHaveText('cité');
	await expect(main.locator('p', { has: chloe.locator('em') })).toHaveText(/gras et penché\s*à la ligne/);
	await expect(main.locator('p strong', { hasText: 'gras' })).toHaveCount(1);
	await chloe.context().close();
});

test('two people name the partner territory at once; with none, they say why, with the keyboard alone', async ({
	browser
}) => {
	const chloe = await arrive(browser, passerelle.origin, chloeAccount);
	const reference = await startCase(chloe, passerelle.origin);
	const diego = await arrive(browser, passerelle.origin, diegoAccount);
	await openEditor(diego, passerelle.origin, reference);
	const nameOf = (page: Page) => page.getByLabel('Nom du territoire');

	await nameOf(chloe).pressSequentially('de Saint-Louis');
	await expect(nameOf(diego)).toHaveValue('de Saint-Louis');
	await nameOf(diego).focus();
	await diego.keyboard.press('Home');
	await Promise.all([
		diego.keyboard.type('Ville et région ', { delay: 15 }),
		chloe.keyboard.type(', au Sénégal', { delay: 15 })
	]);
	await diego.locator('#control-partner').selectOption('SN');
	for (const page of [chloe, diego]) {
		await expect(nameOf(page)).toHaveValue('Ville et région de Saint-Louis, au Sénégal');
		await expect(page.locator('#control-partner')).toHaveValue('SN');
	}

	await chloe.getByRole('radio', { name: 'Un territoire partenaire', exact: true }).focus();
	await chloe.keyboard.press('ArrowDown');
	await expect(diego.getByRole('radio', { name: 'Aucun territoire partenaire' })).toBeChecked();
	await expect(nameOf(diego)).toHaveCount(0);
	await chloe.keyboard.press('Tab');
	await chloe.keyboard.type('Action menée');
	await seeSaved(chloe);
	await diego.goto(`${passerelle.origin}/fiches/${reference}/soumettre`);
	await expect(diego.getByText('2 mots sur 3 demandés')).toBeVisible();
	expect(await faults(diego, 'a reason too short')).toEqual([]);
	await chloe.keyboard.type(' en réseau');
	await seeSaved(chloe);
	await diego.goto(`${passerelle.origin}/fiches/${reference}/apercu`);
	await expect(diego.getByText('Aucun territoire partenaire\u00a0: Action menée en réseau')).toBeVisible();

	// A change of mind gives back what was there.
	await chloe.getByRole('radio', { name: 'Un territoire partenaire', exact: true }).check();
	await expect(nameOf(chloe)).toHaveValue('Ville et région de Saint-Louis, au Sénégal');
	await chloe.context().close();
	await diego.context().close();
});

async function paste(page: Page, { text, html = '' }: { text: string; html?: string }): Promise<void> {
	await page.evaluate(
		([plain, rich]) => {
			const data = new DataTransfer();
			data.setData('text/plain', plain!);
			if (rich) data.setData('text/html', rich);
			document.activeElement?.dispatchEvent(
				new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
			);
		},
		[text, html]
	);
}
