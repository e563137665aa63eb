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
	// Key by key as a person types; a long text at once, as one pastes it.
	if (words.length < 80) await page.keyboard.type(words);
	else await page.keyboard.insertText(words);
}

/** The words of a section, without the names that other people's carets carry. */
export async function textOf(page: Page, part: string): Promise<string> {
	return section(page, part).evaluate((element) => {
		const copy = element.cloneNode(true) as HTMLElement;
		for (const caret of copy.querySelectorAll('[aria-hidden=true]')) caret.remove();
		return copy.textContent ?? '';
	});
}

/** Starts a case as a member does; returns its reference. The page is the one to write it. */
export async function startCase(page: Page, origin: string): Promise<string> {
	await page.goto(`${origin}/fiches/nouvelle`);
	await page.getByRole('button', { name: 'Commencer à écrire' }).click();
	await page.waitForURL(/\/fiches\/DEI-\d{4}-\d{4}\/ecrire/);
	await seeSaved(page);
	return /DEI-\d{4}-\d{4}/.exec(page.url())![0];
}

/** In a list to search in. */
export async function choose(page: Page, control: string, letters: string, option: RegExp): Promise<void> {
	await page.locator(control).click();
	await page.keyboard.type(letters);
	await page.getByRole('option', { name: option }).first().click();
}

/** Everything a submission asks for but the four sections. */
export async function fillFacts(page: Page): Promise<void> {
	await page.locator('#control-title').fill('Former ensemble des artisans');
	await page.locator('#control-summary').fill('Deux villes forment leurs artisans à tour de rôle.');
	await choose(page, '#control-lead', 'toulouse', /^Toulouse.*Haute-Garonne/);
	await page.locator('#control-partner').selectOption('SN');
	await page.getByLabel('Nom du territoire').fill('Saint-Louis');
	await page.locator('#control-modality').selectOption('formation-emploi-jeunes');
	await page.getByRole('checkbox', { name: /8\.6/ }).check();
}

/** From the page where one writes. */
export async function submit(page: Page, reference: string): Promise<void> {
	await seeSaved(page);
	await page.getByRole('link', { name: 'Soumettre à relecture' }).first().click();
	await page.waitForURL(/\/soumettre/);
	await page.getByRole('button', { name: 'Soumettre la fiche' }).click();
	await page.waitForURL((url) => url.pathname === `/fiches/${reference}`);
}

/** Counted as words by everyone. */
export function words(count: number): string {
	return Array.from({ length: count }, (_, n) => `mot${n}`).join(' ') + '. ';
}
