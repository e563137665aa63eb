/** Passkeys, with the virtual authenticator of Chromium: made, named, used alone and after the password, removed. */
import { expect, test, type Browser, type CDPSession, type Page } from '@playwright/test';
import { install, type Installation } from '../support/app.ts';
import { createAccount, type Account } from '../support/people.ts';

let passerelle: Installation;
let awaAccount: Account;
/** A passkey belongs to a name: an address in digits has none. */
let origin: string;

test.beforeAll(async () => {
	passerelle = await install({ REQUIRE_SECOND_FACTOR: '' });
	awaAccount = createAccount(passerelle, 'Awa', { role: 'admin' });
	await passerelle.start();
	origin = passerelle.origin.replace('127.0.0.1', 'localhost');
});
test.afterAll(() => passerelle.remove());

test('Awa is led to a second factor, adds a passkey, enters with it alone and after her password, and removes it', async ({
	browser
}) => {
	const { page, device, authenticatorId } = await withDevice(browser);
	await password(page);
	await expect(page).toHaveURL(/\/compte\/second-facteur$/);
	await expect(page.getByText('vous agissez comme simple membre')).toBeHidden();
	await page.goto(`${origin}/compte`);
	await expect(page.getByText('vous agissez comme simple membre')).toBeVisible();
	expect((await page.request.get(`${origin}/administration/courrier`)).status()).toBe(404);

	await page.goto(`${origin}/compte/cles`);
	await expect(page.getByRole('button', { name: 'Ajouter une clé d’accès' })).toBeHidden();
	await page.getByRole('link', { name: 'Continuer' }).click();
	await page.getByLabel('Votre mot de passe actuel').fill('pas le bon');
	await page.getByRole('button', { name: 'Continuer' }).first().click();
	await expect(page.getByRole('alert')).toContainText('Ce n’est pas votre mot de passe actuel');
	await page.getByLabel('Votre mot de passe actuel').fill(awaAccount.password);
	await page.getByRole('button', { name: 'Continuer' }).first().click();
	await page.getByLabel('Nom de la clé').fill('Ordinateur du bureau');
	await page.getByRole('button', { name: 'Ajouter une clé d’accès' }).click();
	await expect(page.locator('.codes code')).toHaveCount(10);
	const [recoveryCode] = await page.locator('.codes code').allInnerTexts();
	await page.getByRole('link', { name: 'Je les ai notés' }).click();
	await expect(page.getByText('Ordinateur du bureau')).toBeVisible();
	// Her role counts from now on.
	expect((await page.request.get(`${origin}/administration/courrier`)).status()).toBe(200);
	await signOut(page);

	// Alone: nothing is typed, and nothing else is asked.
	await page.getByRole('main').getByRole('link', { name: 'Se connecter' }).click();
	await page.getByRole('link', { name: 'Entrer avec une clé d’accès' }).click();
	await page.getByRole('button', { name: 'Utiliser ma clé d’accès' }).click();
	await expect(page).toHaveURL(`${origin}/`);
	expect((await page.request.get(`${origin}/administration/courrier`)).status()).toBe(200);
	await signOut(page);

	// What was sent once is worth nothing a second time.
	await page.goto(`${origin}/connexion/cle`);
	const sent = page.waitForRequest((request) => request.method() === 'POST');
	await page.getByRole('button', { name: 'Utiliser ma clé d’accès' }).click();
	const body = (await sent).postData()!;
	await page.waitForURL(`${origin}/`);
	await signOut(page);
	const replay = await page.request.post(`${origin}/connexion/cle`, {
		data: body,
		headers: { 'content-type': 'application/x-www-form-urlencoded', origin }
	});
	expect(replay.status()).toBe(400);
	await page.goto(`${origin}/compte`);
	await expect(page).toHaveURL(/\/connexion\?/);

	// After the password; a recovery code stands in where the device is not.
	await password(page);
	await expect(page).toHaveURL(/\/connexion\/code/);
	await page.getByRole('link', { name: 'Utiliser ma clé d’accès' }).click();
	await expect(page.getByText('est la seconde étape')).toBeVisible();
	await page.getByRole('button', { name: 'Utiliser ma clé d’accès' }).click();
	await expect(page).toHaveURL(`${origin}/`);
	const elsewhere = await (await browser.newContext()).newPage();
	await password(elsewhere);
	await elsewhere.getByLabel('Code', { exact: true }).fill(recoveryCode!);
	await elsewhere.getByRole('button', { name: 'Continuer' }).click();
	await expect(elsewhere).toHaveURL(`${origin}/`);

	// A copy of the key, which counts less than what was seen last, opens nothing.
	const { credentials } = await device.send('WebAuthn.getCredentials', { authenticatorId });
	expect(credentials).toHaveLength(1);
	await signOut(page);
	await device.send('WebAuthn.clearCredentials', { authenticatorId });
	await device.send('WebAuthn.addCredential', {
		authenticatorId,
		credential: { ...credentials[0]!, signCount: 1 }
	});
	await page.goto(`${origin}/connexion/cle`);
	await page.getByRole('button', { name: 'Utiliser ma clé d’accès' }).click();
	await expect(page.getByRole('alert')).toContainText('n’a pas pu être vérifiée');

	// A device that does not know its owner is none.
	await device.send('WebAuthn.clearCredentials', { authenticatorId });
	await device.send('WebAuthn.addCredential', {
		authenticatorId,
		credential: { ...credentials[0]!, signCount: 50 }
	});
	await device.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
	await page.goto(`${origin}/connexion/cle`);
	await page.getByRole('button', { name: 'Utiliser ma clé d’accès' }).click();
	await expect(page.getByText('L’appareil n’a pas donné de clé d’accès.')).toBeVisible();
	await device.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
	await page.getByRole('button', { name: 'Utiliser ma clé d’accès' }).click();
	await expect(page).toHaveURL(`${origin}/`);

	// Proved with the key itself, renamed, then removed: her role waits again.
	await page.goto(`${origin}/compte/confirmer?vers=/compte/cles`);
	await page.getByRole('button', { name: 'Utiliser ma clé d’accès' }).click();
	await expect(page).toHaveURL(`${origin}/compte/cles`);
	await page.getByText('Modifier', { exact: true }).click();
	await page.getByRole('textbox', { name: 'Nom de la clé' }).first().fill('Portable');
	await page.getByRole('button', { name: 'Enregistrer' }).click();
	await expect(page.getByText('La clé d’accès a changé de nom.')).toBeVisible();
	await page.goto(`${origin}/compte/cles`);
	await page.getByText('Modifier', { exact: true }).click();
	await page.getByRole('button', { name: 'Retirer Portable' }).click();
	await expect(page.getByText('La clé d’accès est retirée.')).toBeVisible();
	expect((await page.request.get(`${origin}/administration/courrier`)).status()).toBe(404);
});

async function withDevice(
	browser: Browser
): Promise<{ page: Page; device: CDPSession; authenticatorId: string }> {
	const page = await (await browser.newContext()).newPage();
	const device = await page.context().newCDPSession(page);
	await device.send('WebAuthn.enable');
	const { authenticatorId } = await device.send('WebAuthn.addVirtualAuthenticator', {
		options: {
			protocol: 'ctap2',
			transport: 'internal',
			hasResidentKey: true,
			hasUserVerification: true,
			isUserVerified: true,
			automaticPresenceSimulation: true
		}
	});
	return { page, device, authenticatorId };
}

async function password(page: Page): Promise<void> {
	await page.goto(`${origin}/connexion`);
	await page.getByLabel('Adresse électronique').fill(awaAccount.email);
	await page.getByLabel('Mot de passe', { exact: true }).fill(awaAccount.password);
	await page.getByRole('button', { name: 'Se connecter' }).click();
	await page.waitForURL((url) => url.pathname !== '/connexion');
}

async function signOut(page: Page): Promise<void> {
	await page.goto(`${origin}/deconnexion`);
	await page.getByRole('main').getByRole('button', { name: 'Se déconnecter' }).click();
	await expect(page.getByRole('main').getByRole('link', { name: 'Se connecter' })).toBeVisible();
}
