/** From an empty database to the first administrator, with the link that the start prints and a keyboard. */
import { expect, test } from '@playwright/test';
import { faults } from '../support/axe.ts';
import { install, type Installation } from '../support/app.ts';
import { press, reach } from '../support/keyboard.ts';
import { openPostOffice, type PostOffice } from '../support/post-office.ts';

let passerelle: Installation;
let post: PostOffice;

test.beforeAll(async () => {
	post = await openPostOffice();
	passerelle = await install({
		SMTP_URL: post.url,
		MAIL_FROM: 'Passerelle <no-reply@example.org>',
		REQUIRE_SECOND_FACTOR: ''
	});
	await passerelle.start();
});
test.afterAll(async () => {
	await passerelle.remove();
	await post.close();
});

test('Awa names the network, makes her account, sees that mail leaves, and closes the door behind her', async ({
	page
}) => {
	const link = /http:\S+\/premiers-pas\?jeton=\S+/.exec(passerelle.output())![0];
	const type = async (label: string, words: string) => {
		await reach(page, page.getByLabel(label, { exact: true }));
		await page.keyboard.type(words);
	};
	const next = () => press(page, page.getByRole('button', { name: 'Continuer' }));
	const heading = page.getByRole('heading', { level: 1 });

	await page.goto(link);
	expect(await faults(page)).toEqual([]);
	await type('Nom du réseau', 'Villes jumelles d’essai');
	await next();

	await expect(heading).toHaveText(/^2 sur 5/);
	await expect(page.locator('.wordmark')).toHaveText('Villes jumelles d’essai');
	await expect(page).toHaveTitle(/Villes jumelles d’essai$/);
	await type('Nom du contact', 'Équipe');
	await type('Adresse électronique du contact', 'contact');
	await next();
	await expect(page.getByRole('alert')).toBeVisible();
	await expect(page.getByLabel('Nom du contact', { exact: true })).toHaveValue('Équipe');
	await reach(page, page.getByLabel('Adresse électronique du contact'));
	await page.keyboard.press('End');
	await page.keyboard.type('@example.org');
	await next();

	await expect(heading).toHaveText(/^3 sur 5/);

	// Left and taken up again: the link leads to what is not done yet.
	await page.goto(link);
	await expect(heading).toHaveText(/^3 sur 5/);
	await expect(page.locator('footer')).toContainText('contact@example.org');
	await type('Nom', 'Awa Diop');
	await reach(page, page.locator('[name=email]'));
	await page.keyboard.press('ControlOrMeta+A');
	await page.keyboard.type('awa@example.org');
	await reach(page, page.locator('[name=password]'));
	await page.keyboard.type('court');
	await press(page, page.getByRole('button', { name: 'Créer le compte' }));
	await expect(page.getByRole('alert')).toBeVisible();
	await expect(page.locator('[name=email]')).toHaveValue('awa@example.org');
	await reach(page, page.locator('[name=password]'));
	await page.keyboard.type('sept lampes sous la brume');
	await press(page, page.getByRole('button', { name: 'Créer le compte' }));

	await expect(heading).toHaveText(/^4 sur 5/);
	await press(page, page.getByRole('button', { name: 'Envoyer une lettre d’essai' }));
	await expect(page.getByText('a pris la lettre pour awa@example.org')).toBeVisible();
	expect(post.mails.map(({ to }) => to)).toEqual([['awa@example.org']]);
	await press(page, page.getByRole('link', { name: 'Continuer' }));

	await expect(page.getByText('Aucun service d’identification')).toBeVisible();
	await expect(page.getByText(`${passerelle.origin}/connexion/sso/retour`)).toBeVisible();
	expect(await faults(page)).toEqual([]);
	await press(page, page.getByRole('button', { name: 'Terminer et se connecter' }));

	await expect(page).toHaveURL(/\/connexion\?vers=/);
	await reach(page, page.locator('[name=email]'));
	await page.keyboard.type('awa@example.org');
	await reach(page, page.locator('[name=password]'));
	await page.keyboard.type('sept lampes sous la brume');
	await page.keyboard.press('Enter');
	await expect(page).toHaveURL(/\/compte\/second-facteur/);

	const over = await page.request.get(link);
	const never = await page.request.get(`${passerelle.origin}/premiers-pas?jeton=inconnu`);
	expect([over.status(), never.status()]).toEqual([404, 404]);
	const visible = (html: string) => /<main[\s\S]*<\/main>/.exec(html)![0];
	expect(visible(await over.text())).toBe(visible(await never.text()));
	// Whoever is lost, or asks for help, reads whom to write to.
	const help = await page.request.get(`${passerelle.origin}/aide/reseau`);
	for (const answer of [over, help]) expect(visible(await answer.text())).toContain('contact@example.org');
	await passerelle.stop();
	expect(() => passerelle.cli('first-run:link')).toThrow(/first run is closed/);
	expect(passerelle.cli('settings:show')).toContain('networkName="Villes jumelles d’essai"');
});
