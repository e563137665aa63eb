/**
 * On a member's device: a page for when the line is cut, and nothing of what they read. Cases they chose to keep are in
 * kept-offline.e2e.ts (decision 0014).
 */
import { expect, test, type Page } from '@playwright/test';
import { install, type Installation } from '../support/app.ts';
import { faults } from '../support/axe.ts';
import { arrive, createAccount } from '../support/people.ts';

let passerelle: Installation;

test.beforeAll(async () => {
	passerelle = await install();
});
test.afterAll(() => passerelle.remove());

test('offline, a page says so; signed out, nothing private is left on the device', async ({ browser }) => {
	const account = createAccount(passerelle, 'Chloé', { role: 'referent', organisation: 'commune:31555' });
	await passerelle.start();
	const chloe = await arrive(browser, passerelle.origin, account);
	// The home page has no script but the one that installs.
	await chloe.goto(passerelle.origin);
	await chloe.evaluate(() => navigator.serviceWorker.ready);
	for (const path of ['/', '/fiches', '/discussions/nouvelle', '/compte'])
		await chloe.goto(passerelle.origin + path);
	await expect.poll(async () => (await keptOnDevice(chloe)).some((path) => path.endsWith('.css'))).toBe(true);

	await test.step('the line is cut', async () => {
		await chloe.context().setOffline(true);
		await chloe.goto(`${passerelle.origin}/fiches`);
		await expect(chloe.getByRole('heading', { level: 1 })).toHaveText('Vous êtes hors connexion');
		await expect(chloe).toHaveURL(`${passerelle.origin}/fiches`);
		expect(await faults(chloe)).toEqual([]);
		await chloe.context().setOffline(false);
		await chloe.getByRole('link', { name: 'Réessayer' }).click();
		await expect(chloe.getByRole('heading', { level: 1 })).toHaveText('Fiches');
	});

	await test.step('she signs out', async () => {
		await chloe.goto(`${passerelle.origin}/deconnexion`);
		await chloe.locator('main').getByRole('button', { name: 'Se déconnecter' }).click();
		await expect(chloe.getByRole('heading', { level: 1 })).toHaveText('Vous avez quitté Passerelle');
		const kept = await keptOnDevice(chloe);
		expect(kept.length).toBeGreaterThan(3);
		expect(
			kept.filter(
				(path) => !/^\/(_app\/immutable\/.+\.(js|css|woff2)|offline\.html|favicon\.svg)$/.test(path)
			)
		).toEqual([]);
	});
});

test('the manifest names icons that exist, of the size it says', async ({ page }) => {
	await page.goto(passerelle.origin);
	const address = await page.locator('link[rel=manifest]').evaluate((link) => (link as HTMLLinkElement).href);
	const manifest = (await (await page.request.get(address)).json()) as {
		name: string;
		start_url: string;
		icons: { src: string; sizes: string; type: string }[];
	};
	expect(manifest).toMatchObject({ name: 'Passerelle', start_url: '/' });
	for (const { src, sizes, type } of manifest.icons) {
		const response = await page.request.get(new URL(src, address).href);
		expect(response.headers()['content-type']).toBe(type);
		if (type !== 'image/png') continue;
		const picture = await response.body();
		expect(`${picture.readUInt32BE(16)}x${picture.readUInt32BE(20)}`).toBe(sizes);
	}
});

/** The path of everything in the caches of this device. */
function keptOnDevice(page: Page): Promise<string[]> {
	return page.evaluate(async () => {
		const names = await caches.keys();
		const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
		return requests.flat().map(({ url }) => new URL(url).pathname + new URL(url).search);
	});
}
