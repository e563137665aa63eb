/** The main job: two organisations write, the server dies, a moderator publishes, a visitor reads, people talk. */
import { expect, test, type Browser, type Page } from '@playwright/test';
import { faults } from '../support/axe.ts';
import { install, type Installation } from '../support/app.ts';
import {
	arrive,
	choose,
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
let borisAccount: Account;

test.beforeAll(async () => {
	passerelle = await install();
	chloeAccount = createAccount(passerelle, 'Chloé', { role: 'referent', organisation: 'commune:31555' });
	diegoAccount = createAccount(passerelle, 'Diego', { role: 'contributor', organisation: 'commune:44109' });
	borisAccount = createAccount(passerelle, 'Boris', { role: 'moderator' });
	await passerelle.start();
});
test.afterAll(() => passerelle.remove());

test(
	'two collectivités write a case together, lose nothing when the server is killed, and publish it',
	{ tag: '@postgres' },
	async ({ browser }) => {
		const chloe = await arrive(browser, passerelle.origin, chloeAccount);
		const diego = await arrive(browser, passerelle.origin, diegoAccount);
		const reference = await startCase(chloe, passerelle.origin);
		await inviteNantes(chloe);
		await openEditor(diego, passerelle.origin, reference);

		await test.step('they see each other and each other’s words', async () => {
			await write(chloe, 'actions', 'Chloé commence. ');
			await expect(section(diego, 'actions')).toContainText('Chloé commence.');
			await write(diego, 'actions', 'Diego continue. ');
			await expect(section(chloe, 'actions')).toContainText('Diego continue.');
			await expect(chloe.getByText('2 personnes ici')).toBeVisible();
			expect(await faults(chloe, 'writing together')).toEqual([]);
		});

		await test.step('the server is killed while both type: what was shown as saved is in the database', async () => {
			const chloeTypes = typeUntilKilled(chloe, 'results_here', 'C');
			const diegoTypes = typeUntilKilled(diego, 'results_there', 'D');
			// Enough words of each were shown as saved for the kill to have something to lose.
			await expect
				.poll(() => Math.min(chloeTypes.savedCount(), diegoTypes.savedCount()), { timeout: 60_000 })
				.toBeGreaterThan(6);
			await passerelle.kill();
			const [fromChloe, fromDiego] = [await chloeTypes.stop(), await diegoTypes.stop()];
			await expect(saveLine(chloe)).not.toHaveAttribute('data-save', 'saved');

			// Both lines stay cut, so that what a third browser reads comes from the database and not from their tabs.
			await chloe.context().setOffline(true);
			await diego.context().setOffline(true);
			await passerelle.start();
			const stored = await readStored(browser, reference);
			for (const word of [...fromChloe.saved, ...fromDiego.saved]) expect(stored).toContain(word);

			await chloe.context().setOffline(false);
			await diego.context().setOffline(false);
			await seeSaved(chloe);
			await seeSaved(diego);
			for (const word of fromChloe.typed) await expect(section(diego, 'results_here')).toContainText(word);
			for (const word of fromDiego.typed) await expect(section(chloe, 'results_there')).toContainText(word);
			expect(await textOf(chloe, 'results_here')).toBe(await textOf(diego, 'results_here'));
		});

		await test.step('the case is not submitted while parts are missing, and each missing part has a link to it', async () => {
			await chloe.goto(`${passerelle.origin}/fiches/${reference}/soumettre`);
			await expect(chloe.getByRole('button', { name: 'Soumettre la fiche' })).toHaveCount(0);
			expect(await faults(chloe, 'parts missing')).toEqual([]);
			await chloe.getByRole('link', { name: 'Titre', exact: true }).click();
			await expect(chloe.locator('#control-title')).toBeFocused();
		});

		await test.step('Chloé completes and submits it', async () => {
			await fillFacts(chloe);
			await write(chloe, 'actions', words(40));
			await write(chloe, 'results_here', words(20));
			await write(chloe, 'results_there', words(20));
			await write(chloe, 'difficulties', words(65));
			await submit(chloe, reference);
		});

		await test.step('Diego can no longer write, and is told why', async () => {
			await expect(diego.getByText('La fiche est soumise', { exact: false })).toBeVisible();
			await expect(diego.getByText('Diego continue.')).toBeVisible();
			await expect(diego.locator('[contenteditable=true]')).toHaveCount(0);
			expect(await faults(diego, 'submitted')).toEqual([]);
		});

		const boris = await arrive(browser, passerelle.origin, borisAccount);
		await test.step('Boris takes it, and must say why he asks for a change', async () => {
			await boris.goto(`${passerelle.origin}/moderation`);
			await boris.getByRole('link', { name: 'Former ensemble des artisans' }).click();
			await boris.getByRole('button', { name: 'Prendre en relecture' }).click();
			await boris.getByLabel('Ce qui doit changer').fill('   ');
			await boris.getByRole('button', { name: 'Demander des modifications' }).click();
			await expect(boris.getByRole('alert').or(boris.locator('.error-summary'))).not.toHaveCount(0);
			await boris.getByLabel('Ce qui doit changer').fill('Précisez combien d’artisans ont été formés.');
			await boris.getByRole('button', { name: 'Demander des modifications' }).click();
			await expect(boris.getByRole('heading', { name: 'Fiches à relire' })).toBeVisible();
			await expect(boris.getByText('Former ensemble des artisans')).toHaveCount(0);
		});

		await test.step('the change is made, the case resubmitted and published', async () => {
			await openEditor(chloe, passerelle.origin, reference);
			await expect(chloe.getByText('Précisez combien d’artisans ont été formés.')).toBeVisible();
			await write(chloe, 'results_here', 'Douze artisans ont été formés. ');
			await submit(chloe, reference);
			await boris.goto(`${passerelle.origin}/moderation/${reference}`);
			await expect(boris.getByText('Douze artisans ont été formés.')).toBeVisible();
			expect(await faults(boris, 'the review')).toEqual([]);
			await boris.getByRole('button', { name: 'Prendre en relecture' }).click();
			await boris.getByRole('button', { name: 'Publier cette version' }).click();
			await boris.waitForURL((url) => !url.pathname.startsWith('/moderation/'));
		});

		await test.step('Farid, without account and without JavaScript, reads version 1', async () => {
			const context = await browser.newContext({ javaScriptEnabled: false });
			const farid = await context.newPage();
			await farid.goto(`${passerelle.origin}/fiches`);
			await farid.getByRole('link', { name: 'Former ensemble des artisans' }).click();
			await expect(farid.getByRole('heading', { level: 1 })).toHaveText('Former ensemble des artisans');
			await farid.goto(`${passerelle.origin}/fiches/${reference}/v1`);
			await expect(farid.getByText('Douze artisans ont été formés.')).toBeVisible();
			await expect(farid.getByText('Diego continue.')).toBeVisible();
			const frozen = await (
				await context.request.get(`${passerelle.origin}/fiches/${reference}/v1.json`)
			).text();
			expect(frozen).toContain('Douze artisans ont été formés.');
			await context.close();
		});

		await test.step('Diego replies in the thread and Chloé sees it without reloading, once', async () => {
			await chloe.goto(`${passerelle.origin}/fiches/${reference}/discussion`);
			await diego.goto(`${passerelle.origin}/fiches/${reference}/discussion`);
			await chloe.waitForTimeout(500);
			await diego.getByLabel('Votre message').fill('Bravo à tous, on recommence quand ?');
			await diego.getByRole('button', { name: 'Envoyer la réponse' }).click();
			await expect(chloe.getByText('Bravo à tous, on recommence quand ?')).toHaveCount(1, { timeout: 3000 });
			expect(await faults(chloe, 'a thread that grew')).toEqual([]);
			await expect(diego.getByText('Bravo à tous, on recommence quand ?')).toHaveCount(1);
			await chloe.reload();
			await expect(chloe.getByText('Bravo à tous, on recommence quand ?')).toHaveCount(1);
		});
	}
);

async function inviteNantes(page: Page): Promise<void> {
	await choose(page, '#control-invite', 'nantes', /^Nantes.*Loire-Atlantique/);
	await page.getByRole('button', { name: 'Inviter', exact: true }).click();
	await expect(page.getByText('Nantes peut maintenant écrire dans la fiche.')).toBeVisible();
}

/**
 * Types numbered words until stopped. A word counts as saved once the line said so while the word was in the text.
 */
function typeUntilKilled(page: Page, part: string, letter: string) {
	const typed: string[] = [];
	let saved: string[] = [];
	let going = true;
	const typing = (async () => {
		await section(page, part).click();
		for (let n = 1; going; n++) {
			const word = `${letter}${n}.`;
			await page.keyboard.type(`${word} `);
			typed.push(word);
			// Read at the same instant: the words of the section, and whether the line says that they are saved.
			const seen = await page.evaluate(
				(id) => ({
					isSaved: document.querySelector('[data-save]')?.getAttribute('data-save') === 'saved',
					text: document.querySelector(`#surface-${id} [role=textbox]`)?.textContent ?? ''
				}),
				part
			);
			if (seen.isSaved) saved = typed.filter((candidate) => seen.text.includes(candidate));
		}
	})();
	return {
		savedCount: () => saved.length,
		async stop() {
			going = false;
			await typing;
			return { typed, saved };
		}
	};
}

/** What the database holds now, read by a browser that never wrote. */
async function readStored(browser: Browser, reference: string): Promise<string> {
	const reader = await arrive(browser, passerelle.origin, chloeAccount);
	await reader.goto(`${passerelle.origin}/fiches/${reference}/apercu`);
	const text = await reader.locator('main').innerText();
	await reader.context().close();
	return text;
}
