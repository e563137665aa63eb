/** A version named, compared and restored on pages without JavaScript, before the eyes of somebody who is writing. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { faults } from '../support/axe.ts';
import { install, type Installation } from '../support/app.ts';
import {
	arrive,
	createAccount,
	openEditor,
	seeSaved,
	signIn,
	startCase,
	textOf,
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

test(
	'Diego brings back the version he named, and Chloé goes on writing in it',
	{ tag: '@long' },
	async ({ browser }) => {
		const chloe = await arrive(browser, passerelle.origin, chloeAccount);
		const reference = await startCase(chloe, passerelle.origin);
		await write(chloe, 'actions', 'Un premier atelier a réuni douze artisans.');
		await chloe.keyboard.press('Enter');
		await chloe.keyboard.type('Un second a suivi.');
		await seeSaved(chloe);

		const diego = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
		await signIn(diego, passerelle.origin, diegoAccount);
		await diego.goto(`${passerelle.origin}/fiches/${reference}`);
		await diego.getByRole('link', { name: 'Historique' }).click();
		await expect(diego.getByText('A modifié : Ce que nous avons fait')).toBeVisible();
		await diego.getByRole('button', { name: 'Garder cette version' }).click();
		await expect(diego.getByRole('alert')).toContainText('Donnez un nom à cette version.');
		await diego.getByLabel('Nom de la version').fill('Avant le comité');
		await diego.getByRole('button', { name: 'Garder cette version' }).click();
		await expect(diego.getByText('La version est gardée.')).toBeVisible();

		// Chloé takes out the second paragraph and half of the first one.
		await write(chloe, 'actions', '');
		for (let letter = 0; letter < 'Un second a suivi.'.length + 1 + ' douze artisans.'.length; letter++)
			await chloe.keyboard.press('Backspace');
		await chloe.keyboard.type(' du monde.');
		await seeSaved(chloe);
		expect(await textOf(chloe, 'actions')).toBe('Un premier atelier a réuni du monde.');
		await chloe.goto(`${passerelle.origin}/fiches/${reference}/historique`);
		expect(await faults(chloe, 'the history')).toEqual([]);
		await openEditor(chloe, passerelle.origin, reference);

		await diego.getByRole('link', { name: /^Comparer au texte actuel.*Avant le comité/ }).click();
		await expect(diego.locator('main del').last()).toContainText('Un second a suivi.');
		await diego.getByRole('link', { name: /^Restaurer/ }).click();
		await expect(diego.locator('main ins').last()).toContainText('Un second a suivi.');
		await diego.getByRole('button', { name: 'Restaurer' }).click();
		await expect(diego.getByText('La version est restaurée.')).toBeVisible();
		await expect(diego.getByText('Avant une restauration').first()).toBeVisible();
		await expect(diego.getByText('A restauré une version.')).toBeVisible();

		// In front of Chloé, without a reload.
		await expect
			.poll(() => textOf(chloe, 'actions'))
			.toBe('Un premier atelier a réuni douze artisans.Un second a suivi.');
		await write(chloe, 'actions', ' Et un troisième.');
		await seeSaved(chloe);
		await openEditor(chloe, passerelle.origin, reference);
		expect(await textOf(chloe, 'actions')).toBe(
			'Un premier atelier a réuni douze artisans.Un second a suivi. Et un troisième.'
		);

		const download = diego.waitForEvent('download');
		await diego.getByRole('link', { name: /Télécharger tout l’historique/ }).click();
		const file = await download;
		expect(file.suggestedFilename()).toBe(`${reference}-historique.json`);
		const exported = JSON.parse(readFileSync(await file.path(), 'utf8')) as {
			versions: { kind: string }[];
			people: Record<string, string>;
		};
		expect(exported.versions.map(({ kind }) => kind)).toEqual(['named', 'before_restore']);
		expect(Object.values(exported.people).sort()).toEqual(['Chloé', 'Diego']);

		expect(passerelle.cli('document:verify', reference)).toContain('Everything agrees.');
		passerelle.cli('document:freeze', reference);
		expect(passerelle.cli('document:rebuild', reference)).toContain('says what it said before');
		passerelle.cli('document:unfreeze', reference);
	}
);
