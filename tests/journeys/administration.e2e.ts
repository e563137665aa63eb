/** What administrators do for many people, or to somebody's rights. Awa has a keyboard and nothing else. */
import { expect, test } from '@playwright/test';
import { faults } from '../support/axe.ts';
import { install, type Installation } from '../support/app.ts';
import { press, reach } from '../support/keyboard.ts';
import { arrive, createAccount, signIn, type Account } from '../support/people.ts';
import { openPostOffice, type PostOffice } from '../support/post-office.ts';

let passerelle: Installation;
let office: PostOffice;
let awaAccount: Account;

test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
	office = await openPostOffice();
	passerelle = await install({ SMTP_URL: office.url, MAIL_FROM: 'Passerelle <no-reply@example.org>' });
	awaAccount = createAccount(passerelle, 'Awa', { role: 'admin' });
	await passerelle.start();
});
test.afterAll(async () => {
	await passerelle.remove();
	await office.close();
});

const mailsTo = (address: string) => office.mails.filter((mail) => mail.to.includes(address)).length;

test('Awa invites a whole table by keyboard: she sees what would happen, then the letters leave, once', async ({
	browser
}) => {
	const awa = await arrive(browser, passerelle.origin, awaAccount);
	await awa.goto(`${passerelle.origin}/administration/invitations`);
	expect(await faults(awa, 'inviting many people')).toEqual([]);
	await reach(awa, awa.getByLabel('Ou coller le tableau'));
	await awa.keyboard.insertText(
		[
			'E-mail;Organisation;Rôle;Langue',
			'chloe@example.org;31555;Référente;fr',
			'diego@example.org;31;contributeur;es',
			'efua@example.org;Saint-Denis;membre;en',
			'sans-arobase;31555;membre;fr'
		].join('\n')
	);
	await press(awa, awa.getByRole('button', { name: 'Voir ce qui se passerait' }));
	await expect(awa.getByText('2 invitations partiraient. Rien n’est encore parti.')).toBeVisible();
	await expect(awa.getByRole('row', { name: /sans-arobase/ })).toContainText('Adresse mal écrite');
	expect(await faults(awa, 'a preview')).toEqual([]);
	expect(office.mails).toEqual([]);

	const choice = awa.getByLabel('Organisation de la ligne 4');
	await reach(awa, choice);
	await awa.keyboard.press('ArrowDown');
	await expect(choice).not.toHaveValue('');
	await press(awa, awa.getByRole('button', { name: 'Revoir avec ces choix' }));
	await press(awa, awa.getByRole('button', { name: 'Envoyer 3 invitations' }));
	await expect(awa.getByText('3 invitations sont parties.')).toBeVisible();
	await expect(awa.getByRole('link', { name: 'Télécharger les lignes à corriger' })).toBeVisible();
	for (const name of ['chloe', 'diego', 'efua'])
		await expect.poll(() => mailsTo(`${name}@example.org`)).toBe(1);
});

test('without JavaScript too, from a file as Excel writes it in French; whoever was invited is left in peace', async ({
	browser
}) => {
	const awa = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
	await signIn(awa, passerelle.origin, awaAccount);
	await awa.goto(`${passerelle.origin}/administration/invitations`);
	const [sample] = await Promise.all([
		awa.waitForEvent('download'),
		awa.getByRole('link', { name: 'Télécharger un tableau d’exemple' }).click()
	]);
	expect(sample.suggestedFilename()).toBe('invitations.csv');
	await awa.getByLabel('Fichier CSV').setInputFiles({
		name: 'invités.csv',
		mimeType: 'text/csv',
		buffer: Buffer.from(
			'Adresse électronique;Organisation\r\nchloe@example.org;Toulouse\r\ngisele@example.org;Toulouse',
			'latin1'
		)
	});
	await awa.getByRole('button', { name: 'Voir ce qui se passerait' }).click();
	await expect(awa.getByText('1 invitation partirait.')).toBeVisible();
	await awa.getByRole('button', { name: 'Envoyer 1 invitation' }).click();
	await expect(awa.getByText('1 invitation est partie.')).toBeVisible();
	await awa.reload();
	await expect(awa.getByText('0 invitation est partie.')).toBeVisible();
	await expect.poll(() => mailsTo('gisele@example.org')).toBe(1);
	expect(mailsTo('chloe@example.org')).toBe(1);
});

test('Awa keeps the list of themes by keyboard: she adds two, mends a name she forgot, and changes their order', async ({
	browser
}) => {
	const awa = await arrive(browser, passerelle.origin, awaAccount);
	await awa.goto(`${passerelle.origin}/administration`);
	await press(awa, awa.getByRole('link', { name: 'Thématiques' }));
	await expect(awa.getByRole('heading', { name: 'Aucune thématique' })).toBeVisible();
	expect(await faults(awa, 'no theme')).toEqual([]);
	await reach(awa, awa.getByLabel('Nom en anglais'));
	await awa.keyboard.insertText('Water');
	await press(awa, awa.getByRole('button', { name: 'Ajouter' }));
	await expect(awa.getByRole('alert')).toContainText('Écrivez le nom en français.');
	await expect(awa.getByLabel('Nom en anglais')).toHaveValue('Water');
	await reach(awa, awa.getByLabel('Nom en français'));
	await awa.keyboard.insertText('Eau');
	await press(awa, awa.getByRole('button', { name: 'Ajouter' }));
	await expect(awa.getByText('« Eau » est ajoutée, à la fin de la liste.')).toBeVisible();
	await expect(awa.getByLabel('Nom en français')).toHaveValue('');
	await reach(awa, awa.getByLabel('Nom en français'));
	await awa.keyboard.insertText('Océans');
	await press(awa, awa.getByRole('button', { name: 'Ajouter' }));
	await expect(awa.getByRole('row')).toHaveCount(3);

	const up = awa.getByRole('button', { name: 'Monter « Océans »' });
	await press(awa, up);
	await expect(awa.getByText('« Océans » est en position 1 sur 2.')).toBeVisible();
	await expect(awa.getByRole('row').nth(1)).toContainText('Océans');
	await expect(up).toBeFocused();
	expect(await faults(awa, 'themes')).toEqual([]);

	// The public page says its first theme in the reader's language, or says that it is French.
	await awa.goto(`${passerelle.origin}/dynamique`);
	await expect(awa.getByRole('heading', { level: 1 })).toHaveText('Océans');
	await expect(awa.getByText('La dynamique n’est pas encore présentée')).toBeVisible();
	expect(await faults(awa, 'a theme nobody described')).toEqual([]);
});

test('and without JavaScript: she retires a theme, brings it back, and merges it into the other once she saw what moves', async ({
	browser
}) => {
	const awa = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
	await signIn(awa, passerelle.origin, awaAccount);
	await awa.goto(`${passerelle.origin}/administration/taxonomie`);
	await awa.getByRole('button', { name: 'Descendre « Océans »' }).click();
	await expect(awa.getByText('« Océans » est en position 2 sur 2.')).toBeVisible();
	await awa.getByRole('link', { name: 'Océans' }).click();
	await awa.getByRole('button', { name: 'Retirer cette thématique' }).click();
	await expect(awa.getByText('La thématique est retirée.')).toBeVisible();
	await awa.getByRole('button', { name: 'Remettre en service' }).click();
	await expect(awa.getByText('La thématique est de nouveau en service.')).toBeVisible();
	await awa.getByLabel('Nom en français').fill('Eau');
	await awa.getByRole('button', { name: 'Enregistrer les noms' }).click();
	await expect(awa.getByRole('alert')).toContainText('Une thématique porte déjà ce nom');
	await expect(awa.getByLabel('Nom en français')).toHaveValue('Eau');

	await awa.getByRole('button', { name: 'Voir ce qui se passerait' }).click();
	await expect(awa.getByRole('alert')).toContainText('Choisissez dans la liste');
	await awa.getByLabel('La fusionner dans').selectOption('Eau');
	await awa.getByRole('button', { name: 'Voir ce qui se passerait' }).click();
	await expect(awa.getByText('0 fiche passera à « Eau ».')).toBeVisible();
	await awa.getByRole('button', { name: 'Fusionner', exact: true }).click();
	await expect(awa.getByText('La fusion est faite')).toBeVisible();
	await expect(awa.getByRole('heading', { level: 1 })).toHaveText('Eau');
	await awa.goto(`${passerelle.origin}/administration/taxonomie/oceans`);
	await awa.getByRole('main').getByRole('link', { name: 'Eau' }).click();
	await expect(awa.getByRole('heading', { level: 1 })).toHaveText('Eau');
});
