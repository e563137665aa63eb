import { createRawSnippet } from 'svelte';
import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Card from './card.svelte';

const children = createRawSnippet(() => ({ render: () => '<p>Onze territoires en parlent.</p>' }));
const link = page.getByRole('link', { name: 'La dynamique' });

test('however large, it is one stop: the link of its title, and the whole card shows the focus', async () => {
	const { container } = await render(Card, { title: 'La dynamique', href: '#la', level: 3, children });
	await expect.element(page.getByRole('heading', { level: 3, name: 'La dynamique' })).toBeVisible();
	await userEvent.tab();
	await expect.element(link).toHaveFocus();
	expect(getComputedStyle(container.querySelector('.card')!).outlineStyle).toBe('solid');
	await userEvent.tab();
	await expect.element(link).not.toHaveFocus();
});

test('a press anywhere on it follows the link', async () => {
	render(Card, { title: 'La dynamique', href: '#la', children });
	const pressed = vi.fn((event: Event) => event.preventDefault());
	link.element().addEventListener('click', pressed);
	const { left, bottom } = link.element().closest('.card')!.getBoundingClientRect();
	(document.elementFromPoint(left + 20, bottom - 10) as HTMLElement).click();
	expect(pressed).toHaveBeenCalledOnce();
});

test('without an address its title is a heading, and nothing in it is pressed', async () => {
	render(Card, { title: 'La dynamique', children });
	await expect.element(page.getByRole('heading', { level: 2, name: 'La dynamique' })).toBeVisible();
	await expect.element(link).not.toBeInTheDocument();
});
