/** Coming to speak for an organisation, for another one, and for it no more. Farid's browser has no JavaScript. */
import { expect, test, type Browser, type Page } from '@playwright/test';
import { faults } from '../support/axe.ts';
import { install, type Installation } from '../support/app.ts';
import {
	arrive,
	createAccount,
	saveLine,
	section,
	signIn,
	startCase,
	write,
	type Account
} from '../support/people.ts';
import { openPostOffice, partOf, type PostOffice } from '../support/post-office.ts';

let passerelle: Installation;
let office: PostOffice;
let chloeAccount: Account;
let inesAccount: Account;
let borisAccount: Account;
const password = 'une théière pour le préfet';

test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
	office = await openPostOffice();
	passerelle = await install({ SMTP_URL: office.url, MAIL_FROM: 'Passerelle <no-reply@example.org>' });
	chloeAccount = createAccount(passerelle, 'Chloé', { role: 'referent', organisation: 'commune:31555' });
	inesAccount = createAccount(passerelle, 'Inès', { role: 'referent', organisation: 'region:76' });
	borisAccount = createAccount(passerelle, 'Boris', { role: 'moderator' });
	await passerelle.start();
});
test.afterAll(async () => {
	await passerelle.remove();
	await office.close();
});

test('Farid asks for Toulouse, Chloé accepts, and he signs in; the next address of that domain finds Toulouse first', async ({
	browser
}) => {
	const farid = await scriptless(browser);
	await signUp(farid, 'farid@mairie-fictive.example');
	await expect(farid.getByText('Cherchez d’abord votre organisation')).toBeVisible();
	await farid.getByLabel('Chercher votre organisation').fill('mairie de toulouse');
	await farid.getByRole('button', { name: 'Chercher', exact: true }).click();
	await farid.getByRole('radio', { name: /^Toulouse, Haute-Garonne/ }).check();
	await finish(farid, 'Farid');
	await seeRefused(farid, 'farid@mairie-fictive.example');

	const chloe = await arrive(browser, passerelle.origin, chloeAccount);
	await openRequest(chloe, 'Farid');
	expect(await faults(chloe, 'answering a request')).toEqual([]);
	await chloe.getByRole('radio', { name: 'Accepter' }).check();
	await chloe.getByRole('button', { name: 'Envoyer la réponse' }).click();
	await expect(chloe.getByText('La réponse est partie.')).toBeVisible();
	await mailTo('farid@mairie-fictive.example', 'Toulouse');
	await signIn(farid, passerelle.origin, { email: 'farid@mairie-fictive.example', password, name: 'Farid' });
	await farid.goto(`${passerelle.origin}/compte`);
	await expect(farid.locator('main').getByRole('link', { name: 'Toulouse', exact: true })).toBeVisible();

	const gisele = await (await browser.newContext()).newPage();
	await signUp(gisele, 'gisele@mairie-fictive.example');
	await expect(gisele.getByText('Des collègues écrivent depuis la même adresse.')).toBeVisible();
	await expect(gisele.getByRole('radio', { name: /^Toulouse, Haute-Garonne/ })).toBeChecked();
	expect(await faults(gisele, 'who are you')).toEqual([]);
	await finish(gisele, 'Gisèle');

	await openRequest(chloe, 'Gisèle');
	await chloe.getByRole('radio', { name: 'Refuser' }).check();
	await chloe.getByRole('button', { name: 'Envoyer la réponse' }).click();
	await expect(chloe.getByRole('alert')).toBeVisible();
	expect(await faults(chloe, 'a reason is owed')).toEqual([]);
	await chloe.getByRole('textbox', { name: 'Pourquoi' }).fill('Votre service ne suit pas ce sujet.');
	await chloe.getByRole('button', { name: 'Envoyer la réponse' }).click();
	await expect(chloe.getByText('La réponse est partie.')).toBeVisible();
	await mailTo('gisele@mairie-fictive.example', 'Votre service ne suit pas ce sujet.');
	await seeRefused(gisele, 'gisele@mairie-fictive.example');
});

test('Farid speaks for two organisations: what he writes is signed by the one he chose', async ({
	browser
}) => {
	const farid = await arrive(browser, passerelle.origin, {
		email: 'farid@mairie-fictive.example',
		password,
		name: 'Farid'
	});
	await farid.goto(`${passerelle.origin}/organisations/region-76`);
	await farid.getByRole('button', { name: 'Envoyer la demande' }).click();
	await expect(farid.getByText('Votre demande est partie.')).toBeVisible();
	const ines = await scriptless(browser);
	await signIn(ines, passerelle.origin, inesAccount);
	await openRequest(ines, 'Farid');
	await ines.getByRole('radio', { name: 'Accepter' }).check();
	await ines.getByRole('button', { name: 'Envoyer la réponse' }).click();

	await farid.goto(`${passerelle.origin}/discussions/nouvelle`);
	await farid.getByLabel('Titre').fill('Qui a déjà formé des artisans ?');
	await farid.getByLabel('Votre message').fill('Nous commençons.');
	await farid.getByRole('button', { name: 'Publier la discussion' }).click();
	const posts = farid.locator('main article');
	await expect(posts.first()).toContainText('Toulouse');

	await farid.locator('header [popovertarget=compte]').click();
	await farid.getByRole('button', { name: 'Parler au nom de : Occitanie' }).click();
	await expect(farid.getByText('Voix actuelle')).toBeVisible();
	expect(await faults(farid, 'two voices')).toEqual([]);
	await farid.goto(`${passerelle.origin}/discussions`);
	await farid.getByRole('link', { name: 'Qui a déjà formé des artisans ?' }).click();
	await farid.getByLabel('Votre message').fill('La région aussi.');
	await farid.getByRole('button', { name: 'Envoyer la réponse' }).click();
	await expect(posts.nth(1)).toContainText('Occitanie');
	await expect(posts.first()).toContainText('Toulouse');
});

test('Chloé ends it: the text Farid has open is his no more within two seconds', async ({ browser }) => {
	const farid = await arrive(browser, passerelle.origin, {
		email: 'farid@mairie-fictive.example',
		password,
		name: 'Farid'
	});
	const chloe = await arrive(browser, passerelle.origin, chloeAccount);
	const chloeWrites = await arrive(browser, passerelle.origin, chloeAccount);
	const reference = await startCase(chloeWrites, passerelle.origin);
	await farid.goto(`${passerelle.origin}/fiches/${reference}/ecrire`);
	await write(farid, 'actions', 'Avant.');
	await expect(saveLine(farid)).toHaveAttribute('data-save', 'saved');

	await chloe.goto(`${passerelle.origin}/organisations/commune-31555/membres`);
	await chloe.getByRole('link', { name: 'Modifier le rôle : Farid' }).click();
	await chloe.getByRole('radio', { name: 'Mettre fin au rattachement' }).check();
	expect(await faults(chloe, 'ending a membership')).toEqual([]);
	await chloe.getByRole('textbox', { name: 'Pourquoi' }).fill('Il a changé de service.');
	await chloe.getByRole('button', { name: 'Enregistrer' }).click();
	await expect(section(farid, 'actions')).toHaveCount(0, { timeout: 2_000 });
	await expect(chloe.getByText('C’est fait')).toBeVisible();
	await mailTo('farid@mairie-fictive.example', 'Il a changé de service.');
	expect(
		(await farid.request.get(`${passerelle.origin}/fiches/${reference}/ecrire`, { maxRedirects: 0 })).status()
	).toBe(404);
});

test('while a territory has nobody, Boris answers', async ({ browser }) => {
	const gisele = await scriptless(browser);
	await signUp(gisele, 'gisele@saint-denis.example');
	await gisele.getByLabel('Chercher votre organisation').fill('st denis 93');
	await gisele.getByRole('button', { name: 'Chercher', exact: true }).click();
	await gisele.getByRole('radio', { name: /^Saint-Denis, Seine-Saint-Denis/ }).check();
	await finish(gisele, 'Gisèle');
	const boris = await scriptless(browser);
	await signIn(boris, passerelle.origin, borisAccount);
	await openRequest(boris, 'Gisèle');
	await boris.getByRole('radio', { name: 'Accepter' }).check();
	await boris.getByLabel('Rôle accordé').selectOption('referent');
	await boris.getByRole('button', { name: 'Envoyer la réponse' }).click();
	await expect(boris.getByText('La réponse est partie.')).toBeVisible();
	await signIn(gisele, passerelle.origin, { email: 'gisele@saint-denis.example', password, name: 'Gisèle' });
	await gisele.goto(`${passerelle.origin}/organisations/commune-93066/membres`);
	await expect(gisele.getByText('Seule personne référente')).toBeVisible();
});

async function scriptless(browser: Browser): Promise<Page> {
	return (await browser.newContext({ javaScriptEnabled: false })).newPage();
}

/** As far as the page the mailed link opens. */
async function signUp(page: Page, email: string): Promise<void> {
	await page.goto(`${passerelle.origin}/connexion`);
	await page.getByRole('link', { name: 'S’inscrire' }).click();
	await page.getByLabel('Adresse électronique').fill(email);
	await page.getByRole('button', { name: 'Recevoir le lien' }).click();
	await expect(page.getByText('Regardez votre boîte')).toBeVisible();
	await page.goto(/http\S+jeton=[\w.-]+/.exec(await mailTo(email, 'jeton='))![0]);
}

async function finish(page: Page, name: string): Promise<void> {
	await page.getByLabel('Nom', { exact: true }).fill(name);
	await page.getByLabel('Mot de passe').fill(password);
	await page.getByRole('button', { name: 'Envoyer ma demande' }).click();
	await expect(page.getByRole('heading', { name: 'Votre demande est partie' })).toBeVisible();
}

/** No account is behind that address. */
async function seeRefused(page: Page, email: string): Promise<void> {
	await page.goto(`${passerelle.origin}/connexion`);
	await page.getByLabel('Adresse électronique').fill(email);
	await page.getByLabel('Mot de passe', { exact: true }).fill(password);
	await page.getByRole('button', { name: 'Se connecter' }).click();
	await expect(page.getByRole('alert')).toBeVisible();
}

async function openRequest(page: Page, name: string): Promise<void> {
	await page.goto(`${passerelle.origin}/organisations/demandes`);
	await page.getByRole('link', { name: `Répondre à ${name}` }).click();
}

/** The words of a mail to that address that says so, once it came. */
async function mailTo(email: string, says: string): Promise<string> {
	const find = () =>
		office.mails
			.filter(({ to }) => to.includes(email))
			.map(({ raw }) => partOf(raw, 'text/plain'))
			.findLast((text) => text.replace(/\s+/g, ' ').includes(says));
	await expect.poll(find, { timeout: 15_000 }).toBeTruthy();
	return find()!;
}
