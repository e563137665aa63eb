/** Accounts as people meet them, with mail that really travels. Farid's and Chloé's browsers have no JavaScript. */
import { expect, test, type Browser, type Page } from '@playwright/test';
import { codeAt, stepAt } from '../../server/auth/totp.ts';
import { faults } from '../support/axe.ts';
import { install, type Installation } from '../support/app.ts';
import { createAccount, signIn, type Account } from '../support/people.ts';
import { openPostOffice, partOf, type PostOffice } from '../support/post-office.ts';

let passerelle: Installation;
let office: PostOffice;
let awaAccount: Account;
let chloeAccount: Account;
const newPassword = 'une théière pour le préfet';

test.beforeAll(async () => {
	office = await openPostOffice();
	passerelle = await install({
		SMTP_URL: office.url,
		MAIL_FROM: 'Passerelle <no-reply@example.org>',
		REQUIRE_SECOND_FACTOR: '1'
	});
	awaAccount = createAccount(passerelle, 'Awa', { role: 'admin' });
	chloeAccount = createAccount(passerelle, 'Chloé', { role: 'referent', organisation: 'commune:31555' });
	await passerelle.start();
});
test.afterAll(async () => {
	await passerelle.remove();
	await office.close();
});

test('Chloé invites Gisèle, who reads her mail, makes her account and is in', async ({ browser }) => {
	const chloe = await scriptless(browser);
	await signIn(chloe, passerelle.origin, chloeAccount);
	await chloe.goto(`${passerelle.origin}/organisations/invitations`);
	await chloe.getByLabel('Adresse de la personne invitée').fill('gisele@example.org');
	await chloe.getByRole('button', { name: 'Envoyer l’invitation' }).click();
	await expect(chloe.getByText('L’invitation est partie.')).toBeVisible();

	const link = await linkTo('gisele@example.org');
	// Her town hall's mail scanner opens it first, several times.
	for (let look = 0; look < 3; look++) expect((await fetch(link)).status).toBe(200);
	const gisele = await (await browser.newContext()).newPage();
	await gisele.goto(link);
	await expect(gisele.getByText('Chloé vous invite à rejoindre Toulouse.')).toBeVisible();
	await gisele.getByLabel('Nom').fill('Gisèle');
	await gisele.getByLabel('Mot de passe').fill('Motdepasse2026');
	await gisele.getByRole('button', { name: 'Créer mon compte' }).click();
	await expect(gisele.getByRole('alert')).toContainText('trop facile à deviner');
	expect(await faults(gisele, 'a password refused')).toEqual([]);
	await expect(gisele.getByLabel('Nom')).toHaveValue('Gisèle');
	await gisele.getByLabel('Mot de passe').fill(newPassword);
	await gisele.getByRole('button', { name: 'Créer mon compte' }).click();
	await gisele.waitForURL(`${passerelle.origin}/`);
	await gisele.goto(`${passerelle.origin}/compte`);
	await expect(gisele.getByText('confirmée', { exact: true })).toBeVisible();

	await gisele.goto(link);
	await expect(gisele.getByRole('heading', { name: 'Ce lien n’est plus valable' })).toBeVisible();
});

test('Chloé forgot her password: a new one comes by mail, and throws every other browser out', async ({
	browser
}) => {
	const before = await (await browser.newContext()).newPage();
	await signIn(before, passerelle.origin, chloeAccount);

	const chloe = await scriptless(browser);
	await chloe.goto(`${passerelle.origin}/connexion`);
	await chloe.getByRole('link', { name: 'Mot de passe oublié ?' }).click();
	for (const email of ['personne@example.org', chloeAccount.email]) {
		await chloe.goto(`${passerelle.origin}/connexion/oubli`);
		await chloe.getByLabel('Adresse électronique').fill(email);
		await chloe.getByRole('button', { name: 'Choisir un nouveau mot de passe' }).click();
		await expect(chloe.getByText('Si cette adresse ouvre un compte')).toBeVisible();
	}
	const link = await linkTo(chloeAccount.email);
	expect(office.mails.some((mail) => mail.to.includes('personne@example.org'))).toBe(false);
	await chloe.goto(link);
	await chloe.getByLabel('Nouveau mot de passe').fill(newPassword);
	await chloe.getByRole('button', { name: 'Enregistrer ce mot de passe' }).click();
	await expect(chloe.getByText('Votre mot de passe a changé.')).toBeVisible();

	await before.goto(`${passerelle.origin}/compte`);
	await expect(before).toHaveURL(/\/connexion\?vers=/);
	await signIn(chloe, passerelle.origin, { ...chloeAccount, password: newPassword });
	await chloe.goto(link);
	await expect(chloe.getByRole('heading', { name: 'Ce lien n’est plus valable' })).toBeVisible();
});

test('Awa administers only once her second factor is there, and comes back with a code or a recovery code', async ({
	browser
}) => {
	const awa = await (await browser.newContext()).newPage();
	await signIn(awa, passerelle.origin, awaAccount);
	await expect(awa).toHaveURL(/\/compte\/second-facteur$/);
	expect((await awa.request.get(`${passerelle.origin}/administration/courrier`)).status()).toBe(404);

	await awa.getByLabel('Votre mot de passe actuel').fill(awaAccount.password);
	await awa.getByRole('button', { name: 'Commencer' }).click();
	await expect(awa.getByRole('img', { name: 'Code à scanner avec l’application' })).toBeVisible();
	expect(await faults(awa, 'a second factor begun')).toEqual([]);
	const secret = fromBase32(await awa.locator('code').innerText());
	await awa.getByLabel('Code à six chiffres').fill(codeAt(secret, stepAt(Date.now())));
	await awa.getByRole('button', { name: 'Activer' }).click();
	await expect(awa.locator('.codes code')).toHaveCount(10);
	expect(await faults(awa, 'the recovery codes')).toEqual([]);
	const [recoveryCode] = await awa.locator('.codes code').allInnerTexts();
	await awa.goto(`${passerelle.origin}/administration/courrier`);
	await expect(awa.getByRole('heading', { name: 'Courrier' })).toBeVisible();
	await expect(awa.getByText('Invitation', { exact: true })).toBeVisible();

	const again = await scriptless(browser);
	await signIn(again, passerelle.origin, awaAccount);
	await expect(again).toHaveURL(/\/connexion\/code/);
	await again.goto(`${passerelle.origin}/compte`);
	await expect(again).toHaveURL(/\/connexion/);
	await again.goto(`${passerelle.origin}/connexion/code`);
	await again.getByLabel('Code', { exact: true }).fill('000000');
	await again.getByRole('button', { name: 'Continuer' }).click();
	await expect(again.getByRole('alert')).toContainText('Ce code ne convient pas');
	await again.getByLabel('Code', { exact: true }).fill(recoveryCode!);
	await again.getByRole('button', { name: 'Continuer' }).click();
	await again.goto(`${passerelle.origin}/compte`);
	await expect(again.getByRole('heading', { name: 'Mon compte' })).toBeVisible();

	await awa.goto(`${passerelle.origin}/compte`);
	await awa.getByRole('button', { name: 'Déconnecter tous les autres appareils' }).click();
	await expect(awa.getByText('Les autres appareils sont déconnectés.')).toBeVisible();
	await again.reload();
	await expect(again).toHaveURL(/\/connexion\?vers=/);
});

test('no secret of a link and no address was written to the log', () => {
	expect(passerelle.output()).not.toMatch(/jeton=|gisele@example\.org|chloe@example\.org/);
});

async function scriptless(browser: Browser): Promise<Page> {
	return (await browser.newContext({ javaScriptEnabled: false })).newPage();
}

/** Of the newest mail to that address, once it came. */
async function linkTo(email: string): Promise<string> {
	const find = () => {
		const mail = office.mails.findLast(({ to, raw }) => to.includes(email) && raw.includes('jeton'));
		return mail && /http\S+jeton=[\w.-]+/.exec(partOf(mail.raw, 'text/plain'))?.[0];
	};
	await expect.poll(find, { timeout: 15_000 }).toBeTruthy();
	return find()!;
}

function fromBase32(text: string): Buffer {
	const bits = [...text.replace(/\s/g, '')]
		.map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0'))
		.join('');
	return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}
