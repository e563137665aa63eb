/** Coming in through an identity provider, a real one, in both profiles; and what somebody may try who is not who they say. */
import { expect, test, type Browser, type Page } from '@playwright/test';
import { freePort, install, type Installation } from '../support/app.ts';
import { buttons, identityProvider, type IdentityProvider } from '../support/identity-provider.ts';
import { createAccount, signIn, type Account } from '../support/people.ts';
import { openPostOffice, partOf, type PostOffice } from '../support/post-office.ts';

let provider: IdentityProvider;
let office: PostOffice;
let generic: Installation;
let proconnect: Installation;
let chloeAccount: Account;
let borisAccount: Account;

const gisele = {
	subject: 'gisele-1',
	claims: { email: 'Gisele@example.org', email_verified: true, given_name: 'Gisèle', family_name: 'Martin' }
};
/** An establishment of the commune of Toulouse, whose SIREN is 213 105 554. */
const siret = '21310555400017';

test.beforeAll(async () => {
	office = await openPostOffice();
	const port = await freePort();
	const common = {
		OIDC_ISSUER: `http://127.0.0.1:${port}`,
		SMTP_URL: office.url,
		MAIL_FROM: 'Passerelle <no-reply@example.org>',
		REQUIRE_SECOND_FACTOR: ''
	};
	generic = await install({
		...common,
		OIDC_CLIENT_ID: 'passerelle',
		OIDC_CLIENT_SECRET: 'a-secret-of-the-generic-client',
		OIDC_NAME: 'Le Fournisseur'
	});
	proconnect = await install({
		...common,
		OIDC_CLIENT_ID: 'passerelle-pc',
		OIDC_CLIENT_SECRET: 'a-secret-of-the-proconnect-client',
		OIDC_PROFILE: 'proconnect'
	});
	provider = await identityProvider(port, [generic.origin, proconnect.origin]);
	chloeAccount = createAccount(generic, 'Chloé', { role: 'referent', organisation: 'commune:31555' });
	borisAccount = createAccount(generic, 'Boris', { role: 'moderator' });
	await Promise.all([generic.start(), proconnect.start()]);
});
test.afterAll(async () => {
	await Promise.all([generic.remove(), proconnect.remove()]);
	await provider.close();
	await office.close();
});

test('the provider does not answer: a page says so, and the password is still there', async ({ browser }) => {
	const page = await newcomer(browser);
	await page.goto(`${generic.origin}/connexion`);
	await page.getByRole('link', { name: 'S’identifier avec Le Fournisseur' }).click();
	await expect(page.getByRole('main')).toContainText('ne répond pas pour le moment');
	await page.getByRole('link', { name: 'Entrer autrement' }).click();
	await expect(page.getByLabel('Mot de passe', { exact: true })).toBeVisible();
	// From now on it does.
	await provider.open();
});

test('Gisèle, whom nobody knew, makes her account, comes back without a question, and leaves both at once', async ({
	browser
}) => {
	const page = await newcomer(browser);
	provider.somebody = gisele;
	await depart(page, generic, '/fiches');
	await expect(page.getByRole('heading', { name: 'Bienvenue sur Passerelle' })).toBeVisible();
	await expect(page.getByText('gisele@example.org')).toBeVisible();
	await page.goto(`${generic.origin}/compte`);
	await expect(page, 'not in before she agreed').toHaveURL(/\/connexion\?/);
	await page.goto(`${generic.origin}/connexion/sso/suite`);
	await expect(page.getByRole('textbox', { name: 'Nom' })).toHaveValue('Gisèle Martin');
	await page.getByRole('button', { name: 'Créer mon compte' }).click();
	await expect(page).toHaveURL(`${generic.origin}/fiches`);
	await page.goto(`${generic.origin}/compte`);
	await expect(page.getByText('confirmée', { exact: true })).toBeVisible();
	await expect(page.getByText('Votre compte n’a pas de mot de passe.')).toBeVisible();

	const again = await newcomer(browser);
	await depart(again, generic, '/compte');
	await expect(again).toHaveURL(`${generic.origin}/compte`);
	const before = provider.farewells.length;
	await again.goto(`${generic.origin}/deconnexion`);
	await again.getByRole('main').getByRole('button', { name: 'Se déconnecter' }).click();
	await again.getByRole('button', { name: 'Quitter' }).click();
	await expect(again).toHaveURL(new RegExp(`^${generic.origin}/deconnexion\\?state=.{32,}`));
	expect(provider.farewells.slice(before).filter((hint) => hint.split('.').length === 3)).toHaveLength(1);
	await again.goto(`${generic.origin}/compte`);
	await expect(again).toHaveURL(/\/connexion\?/);
});

test('ProConnect: signed userinfo, no parameter too many, an address proved by code, and the SIRET finds the commune', async ({
	browser
}) => {
	const page = await newcomer(browser);
	provider.somebody = {
		subject: 'pc-1',
		claims: { email: 'agent@mairie.example.org', given_name: 'Hugo', usual_name: 'Petit', uid: '1', siret }
	};
	await depart(page, proconnect);
	await expect(page.getByRole('heading', { name: 'Confirmer votre adresse' })).toBeVisible();
	await page.getByRole('button', { name: 'Recevoir un code par courriel' }).click();
	await page.getByLabel('Code reçu par courriel').fill('AAAA-AAAA');
	await page.getByRole('button', { name: 'Continuer' }).click();
	await expect(page.getByRole('alert')).toContainText('Ce code ne convient pas');
	await page.getByLabel('Code reçu par courriel').fill(await codeTo('agent@mairie.example.org'));
	await page.getByRole('button', { name: 'Continuer' }).click();
	await expect(page.getByRole('textbox', { name: 'Nom' })).toHaveValue('Hugo Petit');
	await expect(page.getByText('Toulouse', { exact: true })).toBeVisible();
	await page.getByRole('button', { name: 'Créer mon compte' }).click();
	await expect(page).toHaveURL(`${proconnect.origin}/`);

	// Hugo has no password: a mailed code proves that it is he who chooses one.
	await page.goto(`${proconnect.origin}/compte/mot-de-passe`);
	await page.getByRole('link', { name: 'Confirmer que c’est vous' }).click();
	await page.getByRole('button', { name: 'Recevoir un code par courriel' }).click();
	await page.getByLabel('Code reçu par courriel').fill(await codeTo('agent@mairie.example.org', 2));
	await page.getByRole('button', { name: 'Continuer' }).click();
	await expect(page).toHaveURL(`${proconnect.origin}/compte/mot-de-passe`);
	await page.getByLabel('Nouveau mot de passe').fill('une théière pour le préfet');
	await page.getByRole('button', { name: 'Enregistrer ce mot de passe' }).click();
	await expect(page.getByText('Votre mot de passe a changé.')).toBeVisible();
});

test('somebody whose address has an account gets nothing of it until they signed in to it and agreed', async ({
	browser
}) => {
	provider.somebody = { subject: 'chloe-1', claims: { email: chloeAccount.email, email_verified: true } };
	const page = await newcomer(browser);
	await depart(page, generic, '/fiches');
	await expect(page.getByRole('heading', { name: 'Un compte existe déjà' })).toBeVisible();
	await page.goto(`${generic.origin}/compte`);
	await expect(page).toHaveURL(/\/connexion\?/);
	// Asked again, it is the same: seeing the page linked nothing.
	await depart(page, generic, '/fiches');
	await page.getByRole('link', { name: 'Entrer dans ce compte' }).click();
	await fillPassword(page, chloeAccount);
	await expect(page.getByRole('heading', { name: 'Relier votre compte' })).toBeVisible();
	await page.getByRole('button', { name: 'Relier mon compte' }).click();
	await expect(page).toHaveURL(`${generic.origin}/fiches`);

	const again = await newcomer(browser);
	await depart(again, generic, '/compte');
	await expect(again).toHaveURL(`${generic.origin}/compte`);
	await expect(again.getByText(chloeAccount.email)).toBeVisible();

	// Gisèle’s identity does not open while Chloé is here, and stays Gisèle’s.
	provider.somebody = gisele;
	await again.context().clearCookies({ domain: '127.0.0.1', name: /^_/ });
	await again.goto(`${generic.origin}/connexion/sso`);
	await press(again);
	await expect(again.getByRole('main')).toContainText('n’est pas celle du compte où vous êtes connecté');
});

test('Boris moderates when the provider asked for two factors, and is a plain member when it did not', async ({
	browser
}) => {
	const claims = { email: borisAccount.email, email_verified: true };
	provider.somebody = { subject: 'boris-1', claims };
	const first = await newcomer(browser);
	await signIn(first, generic.origin, borisAccount);
	await expect(first).toHaveURL(/\/compte\/second-facteur$/);
	await depart(first, generic, '/');
	await first.getByRole('button', { name: 'Relier mon compte' }).click();
	await expect(first.getByRole('alert')).toContainText('Confirmez d’abord que c’est bien vous');
	await first.getByRole('link', { name: 'Confirmer que c’est vous' }).click();
	await first.getByLabel('Votre mot de passe actuel').fill(borisAccount.password);
	await first.getByRole('button', { name: 'Continuer' }).first().click();
	await first.getByRole('button', { name: 'Relier mon compte' }).click();
	await expect(first).toHaveURL(`${generic.origin}/`);
	await expect(first.getByText('vous agissez comme simple membre')).toBeVisible();
	expect((await first.request.get(`${generic.origin}/moderation`)).status()).toBe(404);

	provider.somebody = { subject: 'boris-1', claims, amr: ['pwd', 'otp', 'mfa'] };
	const strong = await newcomer(browser);
	await depart(strong, generic, '/moderation');
	await expect(strong).toHaveURL(`${generic.origin}/moderation`);
	await expect(strong.getByText('vous agissez comme simple membre')).toBeHidden();
});

test('a refusal, no address, an address not confirmed: each has its page, in the reader’s language, and makes nothing', async ({
	browser
}) => {
	const page = await newcomer(browser);
	await page.goto(`${generic.origin}/connexion/sso`);
	await page.getByRole('button', { name: buttons.stop }).click();
	await expect(page.getByRole('main')).toContainText('a refusé la demande');
	for (const [claims, french, english] of [
		[{}, 'ne donne pas votre adresse électronique', 'does not give your email address'],
		[
			{ email: 'non@example.org', email_verified: false },
			'n’est pas encore confirmée',
			'is not confirmed yet'
		]
	] as const) {
		provider.somebody = { subject: `not-${french.length}`, claims };
		const page = await newcomer(browser);
		await depart(page, generic);
		await expect(page.getByRole('main')).toContainText(french);
		const reader = await (await browser.newContext({ locale: 'en-GB' })).newPage();
		await reader.goto(page.url());
		await expect(reader.getByRole('main')).toContainText(english);
		await page.goto(`${generic.origin}/connexion/sso/suite`);
		await expect(page.getByRole('main')).toContainText('Trop de temps a passé');
	}
});

test('a return is good once, in the browser that left, with its state, its nonce and a fresh code', async ({
	browser
}) => {
	provider.somebody = gisele;
	const isVisitor = async (page: Page) => {
		await page.goto(`${generic.origin}/compte`);
		await expect(page).toHaveURL(/\/connexion\?/);
	};
	const page = await newcomer(browser);
	const returns: string[] = [];
	page.on('request', (request) => {
		if (request.url().includes('/sso/retour?')) returns.push(request.url());
	});
	await depart(page, generic, '/fiches');
	await expect(page).toHaveURL(`${generic.origin}/fiches`);
	const used = new URL(returns[0]!);

	// The same address again, and in somebody else's browser.
	const thief = await newcomer(browser);
	await thief.goto(used.href);
	await expect(thief.getByRole('main')).toContainText('Trop de temps a passé');
	await isVisitor(thief);

	// Gisèle's used code, given with a departure of one's own.
	const state = (await leave(thief)).searchParams.get('state')!;
	const replayed = new URL(used);
	replayed.searchParams.set('state', state);
	await thief.goto(replayed.href);
	await expect(thief.getByRole('main')).toContainText('n’a pas pu être vérifiée');
	await isVisitor(thief);

	for (const name of ['state', 'nonce']) {
		const address = await leave(thief);
		expect(address.searchParams.get(name)!.length).toBeGreaterThanOrEqual(32);
		address.searchParams.set(name, 'x'.repeat(43));
		await thief.goto(address.href);
		await press(thief);
		await expect(thief.getByRole('main'), name).toContainText('n’a pas pu être vérifiée');
		await isVisitor(thief);
	}

	// A code meant for somebody else's departure: the thief's, sent to Gisèle's browser.
	const other = await newcomer(browser);
	await other.goto((await leave(other)).href);
	await thief.goto(`${generic.origin}/connexion/sso/retour?code=abc&state=${'y'.repeat(43)}`);
	await expect(thief.getByRole('main')).toContainText('Trop de temps a passé');
	await isVisitor(thief);
});

test('userinfo that is not signed, signed by another, or about another is believed in nothing', async ({
	browser
}) => {
	const page = await newcomer(browser);
	const claims = {
		email: 'agent@mairie.example.org',
		given_name: 'Hugo',
		usual_name: 'Petit',
		uid: '1',
		siret
	};
	// Hugo's own identity, so that whoever were believed would be in.
	provider.somebody = { subject: 'pc-1', claims };
	for (const fault of ['unsigned', 'forged', 'other subject'] as const) {
		provider.fault = fault;
		await depart(page, proconnect);
		await expect(page.getByRole('main'), fault).toContainText('n’a pas pu être vérifiée');
	}
	provider.fault = 'none';
	await depart(page, proconnect, '/compte');
	await expect(page).toHaveURL(`${proconnect.origin}/compte`);
});

test('a session planted in a browser before the sign-in opens nothing after it', async ({ browser }) => {
	provider.somebody = gisele;
	const page = await newcomer(browser);
	const planted = 'abcdefghijklmnopqrst.abcdefghijklmnopqrst';
	await page.context().addCookies([{ name: 'session', value: planted, url: generic.origin }]);
	await depart(page, generic, '/compte');
	await expect(page).toHaveURL(`${generic.origin}/compte`);
	const session = (await page.context().cookies(generic.origin)).find(({ name }) => name === 'session')!;
	expect(session.value).not.toBe(planted);
	expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
	const elsewhere = await newcomer(browser);
	await elsewhere.context().addCookies([{ name: 'session', value: planted, url: generic.origin }]);
	await elsewhere.goto(`${generic.origin}/compte`);
	await expect(elsewhere).toHaveURL(/\/connexion\?/);
});

test('no secret, no token, no code and no address of anybody is in the log', () => {
	for (const { output } of [generic, proconnect]) {
		expect(output()).toContain('the identity provider');
		expect(output()).not.toMatch(/a-secret-of|eyJ[\w-]+\.|code=|state=|@example\.org|@mairie/);
	}
});

async function newcomer(browser: Browser): Promise<Page> {
	return (await browser.newContext()).newPage();
}

/** From the sign-in page through the provider and back. */
async function depart(page: Page, { origin }: Installation, to = '/'): Promise<void> {
	await page.goto(`${origin}/connexion/sso?vers=${encodeURIComponent(to)}`);
	await press(page);
}

async function press(page: Page): Promise<void> {
	// Its session may still be open: then it asks for nothing.
	const button = page.getByRole('button', { name: buttons.go });
	if (page.url().includes('/interaction/')) await button.click();
	await page.waitForURL((url) => !url.href.startsWith(provider.issuer), { timeout: 15_000 });
}

/** Leaves for the provider, and stays on the threshold. */
async function leave(page: Page): Promise<URL> {
	const answer = await page.request.get(`${generic.origin}/connexion/sso`, { maxRedirects: 0 });
	return new URL(answer.headers().location!);
}

async function fillPassword(page: Page, account: Account): Promise<void> {
	await page.getByLabel('Adresse électronique').fill(account.email);
	await page.getByLabel('Mot de passe', { exact: true }).fill(account.password);
	await page.getByRole('button', { name: 'Se connecter' }).click();
}

/** Of the mails to that address that carry one, the `nth`. */
async function codeTo(email: string, nth = 1): Promise<string> {
	const codes = () =>
		office.mails
			.filter(({ to }) => to.includes(email))
			.flatMap(({ raw }) => /[A-Z2-7]{4}-[A-Z2-7]{4}/.exec(partOf(raw, 'text/plain'))?.[0] ?? []);
	await expect.poll(() => codes().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(nth);
	return codes()[nth - 1]!;
}
