import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Toaster from './toaster.svelte';
import { toasts } from './toasts.svelte.ts';

const region = page.getByRole('status', { name: 'Notifications' });
const words = (text: string) => region.getByText(text, { exact: true });

beforeEach(() => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
	render(Toaster);
});
afterEach(() => {
	vi.useRealTimers();
	for (const { id } of toasts.list) toasts.dismiss(id);
});

test('words come into a region that was already there, and leave after a while', async () => {
	expect(region.element().textContent?.trim()).toBe('');
	toasts.show('Lien copié');
	await expect.element(words('Lien copié')).toBeVisible();
	vi.advanceTimersByTime(6_000);
	await expect.element(words('Lien copié')).not.toBeInTheDocument();
});

test('it stays under the focus, and Escape dismisses it', async () => {
	toasts.show('Lien copié');
	await expect.element(words('Lien copié')).toBeVisible();
	await userEvent.tab();
	await expect.element(page.getByRole('button', { name: 'Masquer ce message' })).toHaveFocus();
	vi.advanceTimersByTime(60_000);
	await expect.element(words('Lien copié')).toBeVisible();
	await userEvent.keyboard('{Escape}');
	await expect.element(words('Lien copié')).not.toBeInTheDocument();
});

test('a failure, or something to do, waits for the person', async () => {
	const run = vi.fn();
	toasts.show('Le lien n’a pas été copié', { tone: 'danger' });
	toasts.show('Message supprimé', { action: { label: 'Annuler', run } });
	await expect.element(words('Message supprimé')).toBeVisible();
	vi.advanceTimersByTime(60_000);
	await userEvent.click(page.getByRole('button', { name: 'Annuler' }));
	expect(run).toHaveBeenCalledOnce();
	await expect.element(words('Message supprimé')).not.toBeInTheDocument();
	await expect.element(words('Le lien n’a pas été copié')).toBeVisible();
});

test('the fourth takes the place of the first', async () => {
	for (const word of ['un', 'deux', 'trois', 'quatre']) toasts.show(word);
	await expect.element(words('quatre')).toBeVisible();
	await expect.element(words('un')).not.toBeInTheDocument();
});
