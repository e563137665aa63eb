/** The database refuses for a while: the page says that it waits, never that it saved, and is well again by itself. */
import { expect, test } from '@playwright/test';
import { Client } from 'pg';
import { faults } from '../support/axe.ts';
import { install, type Installation } from '../support/app.ts';
import {
	arrive,
	createAccount,
	saveLine,
	seeSaved,
	startCase,
	write,
	type Account
} from '../support/people.ts';

// The embedded database has one connection: nobody else can hold it up.
test.skip(!process.env.TEST_DATABASE_URL, 'needs PostgreSQL, at TEST_DATABASE_URL');

let passerelle: Installation;
let chloeAccount: Account;

test.beforeAll(async () => {
	passerelle = await install();
	chloeAccount = createAccount(passerelle, 'Chloé', { role: 'referent', organisation: 'commune:31555' });
	await passerelle.start();
});
test.afterAll(() => passerelle?.remove());

test(
	'while the database takes nothing, the line waits and never says saved (on PostgreSQL, at TEST_DATABASE_URL)',
	{ tag: '@postgres' },
	async ({ browser }) => {
		const chloe = await arrive(browser, passerelle.origin, chloeAccount);
		const reference = await startCase(chloe, passerelle.origin);
		await write(chloe, 'actions', 'Avant. ');
		await seeSaved(chloe);

		const other = new Client({ connectionString: passerelle.databaseUrl });
		await other.connect();
		await other.query('begin; lock table live_updates in exclusive mode');
		const states = chloe.evaluate(
			() =>
				new Promise<string[]>((resolve) => {
					const line = document.querySelector('[data-save]')!;
					const seen: string[] = [];
					const observer = new MutationObserver(() => seen.push(line.getAttribute('data-save') ?? ''));
					observer.observe(line, { attributes: true, attributeFilter: ['data-save'] });
					addEventListener('stop-watching', () => {
						observer.disconnect();
						resolve(seen);
					});
				})
		);
		await write(chloe, 'actions', 'Pendant. ');
		await expect(saveLine(chloe)).toHaveAttribute('data-save', 'waiting', { timeout: 3_500 });
		await expect(saveLine(chloe)).toContainText('Enregistrement en attente');
		expect(await faults(chloe, 'waiting for the database')).toEqual([]);
		for (let second = 0; second < 4; second++) {
			await chloe.keyboard.type('encore ');
			await chloe.waitForTimeout(1_000);
		}
		await expect(saveLine(chloe)).toHaveAttribute('data-save', 'waiting');
		await chloe.evaluate(() => dispatchEvent(new Event('stop-watching')));
		expect(await states).not.toContain('saved');

		await other.query('rollback');
		await other.end();
		await seeSaved(chloe);
		await chloe.goto(`${passerelle.origin}/fiches/${reference}/apercu`);
		await expect(chloe.getByText('Avant. Pendant. encore encore encore encore')).toBeVisible();
		await chloe.context().close();
	}
);
