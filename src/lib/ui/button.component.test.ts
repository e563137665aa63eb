import { createRawSnippet } from 'svelte';
import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Button from './button.svelte';

const children = createRawSnippet(() => ({ render: () => '<span>Envoyer</span>' }));
const button = page.getByRole('button', { name: 'Envoyer' });

test('Enter and Space press it, and the focus shows', async () => {
	const onclick = vi.fn();
	render(Button, { children, onclick });
	await userEvent.tab();
	await expect.element(button).toHaveFocus();
	expect(getComputedStyle(button.element()).outlineStyle).toBe('solid');
	await userEvent.keyboard('{Enter} ');
	expect(onclick).toHaveBeenCalledTimes(2);
});

test('busy, it keeps its place and its focus, and is not pressed again', async () => {
	const onclick = vi.fn();
	const { rerender } = await render(Button, { children, onclick });
	await userEvent.click(button);
	await rerender({ busy: true });
	await expect.element(button).toHaveAttribute('aria-busy', 'true');
	await expect.element(button).toHaveFocus();
	await userEvent.keyboard('{Enter}');
	expect(onclick).toHaveBeenCalledOnce();
});

test('unavailable, it takes neither focus nor press', async () => {
	render(Button, { children, disabled: true });
	await expect.element(button).toBeDisabled();
	await userEvent.tab();
	await expect.element(button).not.toHaveFocus();
});
