/** The line is cut, the device is full, the case is submitted meanwhile: no word is lost, and the page never lies. */
import { expect, test, type Page } from '@playwright/test';
import { faults } from '../support/axe.ts';
import { install, type Installation } from '../support/app.ts';
import {
	arrive,
	createAccount,
	fillFacts,
	openEditor,
	saveLine,
	section,
	seeSaved,
	startCase,
	submit,
	textOf,
	words,
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

test('two people offline in the same paragraph both keep every word', async ({ browser }) => {
	const chloe = await arrive(browser, passerelle.origin, chloeAccount);
	const reference = await startCase(chloe, passerelle.origin);
	const diego = await arrive(browser, passerelle.origin, diegoAccount);
	await write(chloe, 'actions', 'Nous avons ouvert un marché.');
	await openEditor(diego, passerelle.origin, reference);
	await expect(section(diego, 'actions')).toContainText('Nous avons ouvert un marché.');

	for (const page of [chloe, diego]) {
		await page.context().setOffline(true);
		await expect(saveLine(page)).toContainText('gardées sur cet appareil');
	}
	await write(chloe, 'actions', ' Chloé ajoute ces mots à la fin.');
	await section(diego, 'actions').click();
	await diego.keyboard.press('Control+Home');
	await diego.keyboard.type('Diego ajoute ces mots au début. ');
	await write(diego, 'actions', ' Diego aussi, à la fin.');
	await expect(saveLine(diego)).toHaveAttribute('data-save', 'offline');
	expect(await faults(diego, 'offline')).toEqual([]);

	await diego.context().setOffline(false);
	await seeSaved(diego);
	await chloe.context().setOffline(false);
	await seeSaved(chloe);
	await expect
		.poll(async () => (await textOf(diego, 'actions')) === (await textOf(chloe, 'actions')))
		.toBe(true);
	for (const page of [chloe, diego]) {
		await page.goto(`${passerelle.origin}/fiches/${reference}/apercu`);
		const text = await page.getByRole('article').innerText();
		for (const kept of [
			'Diego ajoute ces mots au début. Nous avons ouvert un marché.',
			' Chloé ajoute ces mots à la fin.',
			' Diego aussi, à la fin.'
		])
			expect(text).toContain(kept);
		await page.context().close();
	}
});

test('leaving is questioned while words wait for the server, and not once they are saved', async ({
	browser
}) => {
	const chloe = await arrive(browser, passerelle.origin, chloeAccount);
	const asked: string[] = [];
	chloe.on('dialog', (dialog) => {
		asked.push(dialog.type());
		void dialog.dismiss();
	});
	const leave = async () => {
		const address = chloe.url();
		await chloe.evaluate(() => location.assign('/fiches')).catch(() => {});
		await chloe.waitForTimeout(1_000);
		return chloe.url() !== address;
	};
	await startCase(chloe, passerelle.origin);
	await cutLine(chloe);
	await write(chloe, 'actions', 'Écrit dans le train.');
	await expect(saveLine(chloe)).toContainText('gardées sur cet appareil');
	expect(await leave()).toBe(false);
	expect(asked).toEqual(['beforeunload']);
	await expect(section(chloe, 'actions')).toContainText('Écrit dans le train.');

	await chloe.context().setOffline(false);
	await seeSaved(chloe);
	expect(await leave()).toBe(true);
	expect(asked).toHaveLength(1);
	await chloe.context().close();
});

test('words kept on a device survive a closed page, and leave with the next visit', async ({ browser }) => {
	const chloe = await arrive(browser, passerelle.origin, chloeAccount);
	const reference = await startCase(chloe, passerelle.origin);
	await cutLine(chloe);
	await write(chloe, 'actions', 'Écrit dans le train.');
	await expect(saveLine(chloe)).toContainText('gardées sur cet appareil');
	// No hand is quick enough to close a page while its last letters are on their way to the disk.
	await chloe.waitForTimeout(500);
	const context = chloe.context();
	await chloe.close();
	await context.setOffline(false);
	const again = await context.newPage();
	await openEditor(again, passerelle.origin, reference);
	await expect(section(again, 'actions')).toContainText('Écrit dans le train.');
	await again.goto(`${passerelle.origin}/fiches/${reference}/apercu`);
	await expect(again.getByText('Écrit dans le train.')).toBeVisible();
	await again.context().close();
});

test(
	'a device that is full is no longer said to keep the words, until it does again',
	{ tag: '@long' },
	async ({ browser }) => {
		const chloe = await arrive(browser, passerelle.origin, chloeAccount);
		// Before anything is stored: the browser asks how much room there is only every half minute.
		const devtools = await chloe.context().newCDPSession(chloe);
		await devtools.send('Storage.overrideQuotaForOrigin', {
			origin: passerelle.origin,
			quotaSize: 2_000_000
		});
		await startCase(chloe, passerelle.origin);
		await write(chloe, 'actions', 'Avant. ');
		await seeSaved(chloe);
		await cutLine(chloe);
		await write(chloe, 'actions', 'Gardé. ');
		await expect(saveLine(chloe)).toContainText('gardées sur cet appareil');

		await fillDevice(chloe);
		await write(chloe, 'actions', 'Sans copie. ');
		await expect(saveLine(chloe)).toContainText('cet appareil ne garde pas de copie');
		expect(await faults(chloe, 'the device is full')).toEqual([]);

		await chloe.evaluate(() => indexedDB.deleteDatabase('filler'));
		await expect(saveLine(chloe)).toContainText('gardées sur cet appareil', { timeout: 30_000 });
		const [context, address] = [chloe.context(), chloe.url()];
		await chloe.close();
		await context.setOffline(false);
		const again = await context.newPage();
		await again.goto(address);
		await expect(section(again, 'actions')).toContainText('Avant. Gardé. Sans copie.');
		await seeSaved(again);
		await again.context().close();
	}
);

test(
	'words written offline while the case was submitted stay on the screen, to be copied',
	{ tag: '@long' },
	async ({ browser }) => {
		const chloe = await arrive(browser, passerelle.origin, chloeAccount);
		const reference = await startCase(chloe, passerelle.origin);
		const diego = await arrive(browser, passerelle.origin, diegoAccount);
		await openEditor(diego, passerelle.origin, reference);
		await expect(section(diego, 'actions')).toHaveAttribute('aria-readonly', 'false');
		await cutLine(diego);
		await write(diego, 'actions', 'Trop tard. ');

		await fillFacts(chloe);
		await write(chloe, 'actions', words(40));
		await write(chloe, 'results_here', words(20));
		await write(chloe, 'results_there', words(20));
		await write(chloe, 'difficulties', words(65));
		await submit(chloe, reference);

		await diego.context().setOffline(false);
		await expect(saveLine(diego)).toHaveAttribute('data-save', 'failed', { timeout: 20_000 });
		await expect(diego.getByText('Vos derniers mots n’ont pas pu être enregistrés')).toBeVisible();
		expect(await faults(diego, 'words refused')).toEqual([]);
		await expect(section(diego, 'actions')).toContainText('Trop tard.');
		await expect(section(diego, 'actions')).toHaveAttribute('aria-readonly', 'true');
		await expect(section(diego, 'actions')).toHaveAttribute('contenteditable', 'false');
		await chloe.context().close();
		await diego.context().close();
	}
);

/** As a cable pulled out: the page hears of it. */
async function cutLine(page: Page): Promise<void> {
	await page.context().setOffline(true);
	await expect(saveLine(page)).toHaveAttribute('data-save', 'offline');
}

/** Stores until there is no room left for a letter. */
async function fillDevice(page: Page): Promise<void> {
	await page.evaluate(async () => {
		const database = await new Promise<IDBDatabase>((resolve) => {
			const request = indexedDB.open('filler');
			request.onupgradeneeded = () => request.result.createObjectStore('bytes', { autoIncrement: true });
			request.onsuccess = () => resolve(request.result);
		});
		database.onversionchange = () => database.close();
		for (let size = 65_536; size >= 1;) {
			const isStored = await new Promise((resolve) => {
				const transaction = database.transaction('bytes', 'readwrite');
				transaction.objectStore('bytes').add(crypto.getRandomValues(new Uint8Array(size)));
				transaction.oncomplete = () => resolve(true);
				transaction.onabort = () => resolve(false);
			});
			if (!isStored) size = Math.floor(size / 4);
		}
	});
}
