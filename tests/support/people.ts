/** People at a browser: signing in, and writing in the live editor as a person does. */
import { expect, type Browser, type Locator, type Page } from '@playwright/test';
import type { Installation } from './app.ts';

export interface Account {
	email: string;
	name: string;
	password: string;
}

/** An account made at the command line, as an operator makes it. */
export function createAccount(
	installation: Installation,
	name: string,
	{ role, organisation }: { role: string; organisation?: string }
): Account {
	const email = `${name.normalize('NFD').replace(/\W/g, '').toLowerCase()}@example.org`;
	const printed = installation.cli(
		...['create-member', '--email', email, '--name', name, '--role', role],
		...(organisation ? ['--organisation', organisation] : [])
	);
	return { email, name, password: printed.trim().split('\t')[1]! };
}

/** A browser of one's own, signed in. */
export async function arrive(browser: Browser, origin: string, account: Account): Promise<Page> {
	const context = await browser.newContext();
	const page = await context.newPage();
	await signIn(page, origin, account);
	return page;
}

export async function signIn(page: Page, origin: string, account: Account): Promise<void> {
	await page.goto(`${origin}/connexion`);
	await page.getByLabel('Adresse électronique').fill(account.email);
	await page.getByLabel('Mot de passe', { exact: true }).fill(account.password);
	await page.getByRole('button', { name: 'Se connecter' }).click();
	await page.waitForURL((url) => url.pathname !== '/connexion');
}

export const section = (page: Page, part: string): Locator => page.locator(`#surface-${part} [role=textbox]`);

/** The line that tells the truth about saving. */
export const saveLine = (page: Page): Locator => page.locator('[data-save]');

export async function seeSaved(page: Page, timeout = 20_000): Promise<void> {
	await expect(saveLine(page)).toHaveAttribute('data-save', 'saved', { timeout });
}

export async function openEditor(page: Page, origin: string, reference: string): Promise<void> {
	await page.goto(`${origin}/fiches/${reference}/ecrire`);
	await expect(section(page, 'actions')).toBeEditable();
	await seeSaved(page);
}

/** Goes to the end of a section and types. */
export async function write(page: Page, part: string, words: string): Promise<void> {
	await section(page, part).click();
	await page.keyboard.press('Control+End');
	await page.keyboard.type(words);
}

/** The words of a section, without the names that other people's carets carry. */
export async function textOf(page: Page, part: string): Promise<string> {
	return section(page, part).evaluate((element) => {
		const copy = element.cloneNode(true) as HTMLElement;
		for (const caret of copy.querySelectorAll('[aria-hidden=true]')) caret.remove();
		return copy.textContent ?? '';
	});
}
