/** The session ends, or becomes somebody else's, while words are being typed: none is lost, none changes its author. */
import { expect, test, type Browser, type Page } from '@playwright/test';
import { faults } from '../support/axe.ts';
import { install, type Installation } from '../support/app.ts';
import {
	arrive,
	createAccount,
	saveLine,
	section,
	seeSaved,
	signIn,
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
	diegoAccount = createAccount(passerelle, 'Diego', { role: 'contributor', organisation: 'commune:31555' });
	await passerelle.start();
});
test.afterAll(() => passerelle.remove());

test('the session ends while Chloé types: she signs in beside, tries again, and every word is in the database', async ({
	browser
}) => {
	const chloe = await arrive(browser, passerelle.origin, chloeAccount);
	const reference = await startCase(chloe, passerelle.origin);
	await write(chloe, 'actions', 'Avant. ');
	await seeSaved(chloe);

	const typing = chloe.keyboard.type('Pendant que la session finit, la phrase continue. ', { delay: 60 });
	const beside = await chloe.context().newPage();
	await signOut(beside);
	await typing;
	await chloe.keyboard.type('Et après. ');
	await expect(saveLine(chloe)).toHaveAttribute('data-save', 'failed');
	await expect(chloe.getByText('Session expirée : vos textes restent ici')).toBeVisible();
	expect(await faults(chloe, 'the session ended')).toEqual([]);
	await expect(section(chloe, 'actions')).toBeEditable();

	await chloe.getByRole('button', { name: 'Réessayer' }).click();
	await expect(chloe.getByText('Vous n’êtes pas encore reconnecté.')).toBeVisible();
	await signIn(beside, passerelle.origin, chloeAccount);
	await chloe.getByRole('button', { name: 'Réessayer' }).click();
	await seeSaved(chloe);
	expect(await stored(browser, reference)).toContain(
		'Avant. Pendant que la session finit, la phrase continue. Et après.'
	);
	await chloe.context().close();
});

test(
	'Diego signs in on the same computer: what Chloé typed waits for her, and does not leave in his name',
	{ tag: '@long' },
	async ({ browser }) => {
		const chloe = await arrive(browser, passerelle.origin, chloeAccount);
		const reference = await startCase(chloe, passerelle.origin);
		await write(chloe, 'actions', 'De Chloé. ');
		await seeSaved(chloe);
		await chloe.context().setOffline(true);
		await expect(saveLine(chloe)).toHaveAttribute('data-save', 'offline');
		await chloe.keyboard.type('Écrit hors connexion. ');

		// The cookie of the browser becomes Diego's while the line of this tab is cut.
		const elsewhere = await arrive(browser, passerelle.origin, diegoAccount);
		await chloe.context().addCookies(await elsewhere.context().cookies());
		await chloe.context().setOffline(false);
		await expect(saveLine(chloe)).toHaveAttribute('data-save', 'failed');
		await chloe.getByRole('button', { name: 'Réessayer' }).click();
		await expect(chloe.getByText('Une autre personne s’est connectée sur cet ordinateur.')).toBeVisible();
		expect(await faults(chloe, 'somebody else signed in')).toEqual([]);
		expect(await stored(browser, reference)).not.toContain('Écrit hors connexion.');

		const beside = await chloe.context().newPage();
		await signOut(beside);
		await signIn(beside, passerelle.origin, chloeAccount);
		await chloe.getByRole('button', { name: 'Réessayer' }).click();
		await seeSaved(chloe);
		expect(await stored(browser, reference)).toContain('De Chloé. Écrit hors connexion.');
		await chloe.context().close();
		await elsewhere.context().close();
	}
);

async function signOut(page: Page): Promise<void> {
	await page.goto(`${passerelle.origin}/deconnexion`);
	await page.getByRole('main').getByRole('button', { name: 'Se déconnecter' }).click();
	await expect(page.getByRole('main').getByRole('link', { name: 'Se connecter' })).toBeVisible();
}

/** What the database holds now, read by a browser that never wrote. */
async function stored(browser: Browser, reference: string): Promise<string> {
	const reader = await arrive(browser, passerelle.origin, chloeAccount);
	await reader.goto(`${passerelle.origin}/fiches/${reference}/apercu`);
	const text = await reader.getByRole('article').innerText();
	await reader.context().close();
	return text;
}
