/** What a device keeps of the cases on purpose, what it does not, and what a guest may write. */
import { expect, test, type Page } from '@playwright/test';
import { install, type Installation } from '../support/app.ts';
import {
	arrive,
	createAccount,
	openEditor,
	saveLine,
	section,
	seeSaved,
	startCase,
	write,
	type Account
} from '../support/people.ts';

let passerelle: Installation;
let chloeAccount: Account;
let diegoAccount: Account;

test.beforeAll(async () => {
	passerelle = await install();
	chloeAccount = createAccount(passerelle, 'Chloé', { role: 'referent', organisation: 'commune:31555' });
	diegoAccount = createAccount(passerelle, 'Diego', { role: 'contributor', organisation: 'commune:33063' });
	await passerelle.start();
});
test.afterAll(() => passerelle.remove());

/** The copies of texts in this browser. */
const copies = (page: Page) =>
	page.evaluate(async () =>
		(await indexedDB.databases()).flatMap(({ name }) => (name?.startsWith('passerelle:') ? [name] : []))
	);

test('a case chosen to be here opens, and is written in, without a connection; signing out wipes it', async ({
	browser
}) => {
	const chloe = await arrive(browser, passerelle.origin, chloeAccount);
	const left = await startCase(chloe, passerelle.origin);
	await write(chloe, 'actions', 'Un texte que personne ne garde.');
	await seeSaved(chloe);
	const reference = await startCase(chloe, passerelle.origin);
	await write(chloe, 'actions', 'Avant le train.');
	await seeSaved(chloe);
	await chloe.getByLabel('Disponible hors connexion').check();
	await expect(chloe.getByText('Cette fiche s’ouvrira sans connexion.')).toBeVisible();
	// The one she left, with every word saved, has gone from the device.
	await expect.poll(async () => (await copies(chloe)).length).toBe(2);

	const context = chloe.context();
	await chloe.close();
	await context.setOffline(true);
	const train = await context.newPage();
	await train.goto(`${passerelle.origin}/fiches/${reference}/ecrire`);
	await expect(section(train, 'actions')).toContainText('Avant le train.');
	await write(train, 'actions', ' Écrit dans le train.');
	await expect(saveLine(train)).toContainText('gardées sur cet appareil');
	// Nothing of the other case, nor of any page made for her, is there.
	await train.goto(`${passerelle.origin}/fiches/${left}/ecrire`);
	await expect(train.getByRole('link', { name: reference })).toBeVisible();
	expect(await train.content()).not.toContain('personne ne garde');
	const cached = await train.evaluate(async () => {
		const texts: string[] = [];
		for (const name of await caches.keys()) {
			const cache = await caches.open(name);
			for (const request of await cache.keys())
				if (!request.url.includes('/_app/')) texts.push(await (await cache.match(request))!.text());
		}
		return texts.join('\n');
	});
	expect(cached).toContain('Passerelle');
	expect(cached).not.toContain('Chloé');

	await context.setOffline(false);
	await openEditor(train, passerelle.origin, reference);
	await expect(section(train, 'actions')).toContainText('Avant le train. Écrit dans le train.');
	await train.goto(`${passerelle.origin}/deconnexion`);
	await train.getByRole('main').getByRole('button', { name: 'Se déconnecter' }).click();
	await expect.poll(() => copies(train)).toEqual([]);
	await context.setOffline(true);
	await train.goto(`${passerelle.origin}/fiches/${reference}/ecrire`).catch(() => {});
	await expect(train.getByText('Aucune fiche n’est gardée ici')).toBeVisible();
	await context.close();
});

test('a guest writes in their sections, reads the others, and loses the right at once', async ({
	browser
}) => {
	const chloe = await arrive(browser, passerelle.origin, chloeAccount);
	const reference = await startCase(chloe, passerelle.origin);
	await chloe.getByText('Inviter une personne pour quelques rubriques').click();
	await chloe.getByLabel('Son adresse électronique').fill(diegoAccount.email);
	await chloe.getByRole('button', { name: 'Envoyer l’invitation' }).click();
	await expect(chloe.getByText('Cochez au moins une rubrique.').first()).toBeVisible();
	await chloe
		.getByRole('group', { name: /écrire/ })
		.getByLabel('Ce que nous avons fait')
		.check();
	await chloe.getByRole('button', { name: 'Envoyer l’invitation' }).click();
	await expect(chloe.getByText(`Invitation envoyée à ${diegoAccount.email}.`)).toBeVisible();

	const diego = await arrive(browser, passerelle.origin, diegoAccount);
	await openEditor(diego, passerelle.origin, reference);
	await expect(diego.getByText('Une partie de cette fiche vous est ouverte')).toBeVisible();
	await write(diego, 'actions', 'Vu d’ici.');
	await seeSaved(diego);
	await expect(section(chloe, 'actions')).toContainText('Vu d’ici.');
	await expect(section(diego, 'difficulties')).toHaveAttribute('contenteditable', 'false');
	await expect(diego.locator('#control-title')).not.toBeEditable();

	await chloe.getByRole('button', { name: /^Retirer Diego/ }).click();
	// Neither the text nor the page is theirs any more.
	await expect(section(diego, 'actions')).toHaveCount(0);
	await expect(diego.getByText('Vu d’ici.')).toHaveCount(0);
	for (const page of [chloe, diego]) await page.context().close();
});

test('words that a rebuilt text cannot take are shown to their author, to be copied', async ({ browser }) => {
	const chloe = await arrive(browser, passerelle.origin, chloeAccount);
	const reference = await startCase(chloe, passerelle.origin);
	await write(chloe, 'actions', 'Déjà enregistré.');
	await seeSaved(chloe);
	await chloe.context().setOffline(true);
	await expect(saveLine(chloe)).toHaveAttribute('data-save', 'offline');
	await chloe.keyboard.press('Enter');
	await chloe.keyboard.type('Écrit hors connexion.');
	for (const verb of ['freeze', 'new-epoch', 'unfreeze']) passerelle.cli(`document:${verb}`, reference);

	await chloe.context().setOffline(false);
	await expect(chloe.getByText('Le texte de cette fiche a été reconstruit')).toBeVisible();
	await expect(section(chloe, 'actions')).toContainText('Écrit hors connexion.');
	await chloe.getByRole('button', { name: 'Recharger la page' }).click();
	await expect(section(chloe, 'actions')).toHaveText('Déjà enregistré.');
	await expect(chloe.getByText('Des mots de vous ne sont pas dans ce texte')).toBeVisible();
	await expect(chloe.getByText('Écrit hors connexion.')).toBeVisible();
	chloe.once('dialog', (dialog) => void dialog.accept());
	await chloe.getByRole('button', { name: 'C’est fait, oublier' }).click();
	await expect(chloe.getByText('Des mots de vous ne sont pas dans ce texte')).toBeHidden();
	await seeSaved(chloe);
	await chloe.context().close();
});
