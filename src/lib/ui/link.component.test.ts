import { createRawSnippet } from 'svelte';
import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Link from './link.svelte';

const children = createRawSnippet(() => ({ render: () => '<span>Lire la fiche</span>' }));
const link = page.getByRole('link', { name: 'Lire la fiche' });

test('Tab reaches it, the focus shows, and Enter follows it', async () => {
	const onclick = vi.fn((event: Event) => event.preventDefault());
	render(Link, { href: '/fiches', children, onclick });
	await expect.element(link).toHaveAttribute('href', '/fiches');
	await userEvent.tab();
	await expect.element(link).toHaveFocus();
	expect(getComputedStyle(link.element()).outlineStyle).toBe('solid');
	await userEvent.keyboard('{Enter}');
	expect(onclick).toHaveBeenCalledOnce();
});

test('in a sentence it is underlined, whatever its colour', async () => {
	render(Link, { href: '/fiches', children });
	expect(getComputedStyle(link.element()).textDecorationLine).toBe('underline');
});
