import { createRawSnippet } from 'svelte';
import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Dialog from './dialog.svelte';

const html = (markup: string) => createRawSnippet(() => ({ render: () => markup }));
const dialog = page.getByRole('dialog', { name: 'Lier une page' });

/** A page with a button that opens the dialog, as HTML does it. */
async function open(props: { side?: boolean; onclose?: () => void } = {}) {
	document.body.innerHTML =
		'<button commandfor="lien" command="show-modal">Ouvrir</button><button>Ailleurs</button>';
	render(Dialog, {
		id: 'lien',
		title: 'Lier une page',
		children: html('<label>Adresse <input autofocus></label>'),
		actions: html('<button>Lier</button>'),
		...props
	});
	await expect.element(dialog).not.toBeInTheDocument();
	await userEvent.click(page.getByRole('button', { name: 'Ouvrir' }));
	await expect.element(dialog).toBeVisible();
}

test('it takes the focus, keeps it, and Escape gives it back to what opened it', async () => {
	await open();
	await expect.element(page.getByLabelText('Adresse')).toHaveFocus();
	for (let press = 0; press < 8; press++) {
		await userEvent.tab();
		expect(document.activeElement?.textContent).not.toBe('Ailleurs');
	}
	await userEvent.keyboard('{Escape}');
	await expect.element(dialog).not.toBeInTheDocument();
	await expect.element(page.getByRole('button', { name: 'Ouvrir' })).toHaveFocus();
});

test('its cross closes it and says so once', async () => {
	const onclose = vi.fn();
	await open({ onclose });
	await userEvent.click(page.getByRole('button', { name: 'Fermer' }));
	await expect.element(dialog).not.toBeInTheDocument();
	expect(onclose).toHaveBeenCalledOnce();
});

test('a click outside closes a drawer, and never a dialog where something may be typed', async () => {
	await open();
	await userEvent.click(dialog, { position: { x: -100, y: 10 }, force: true });
	await expect.element(dialog).toBeVisible();
	await userEvent.keyboard('{Escape}');
	await open({ side: true });
	await userEvent.click(dialog, { position: { x: -100, y: 10 }, force: true });
	await expect.element(dialog).not.toBeInTheDocument();
});
