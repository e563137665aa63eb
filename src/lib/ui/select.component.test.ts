import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Select from './select.svelte';

const options = [
	{ value: 'question', label: 'Question' },
	{ value: 'need', label: 'Besoin' }
];
const list = page.getByRole('combobox', { name: 'Genre' });

test('a letter chooses with the keyboard', async () => {
	render(Select, { name: 'kind', label: 'Genre', none: 'Choisir', options });
	await expect.element(list).toHaveValue('');
	await userEvent.tab();
	await expect.element(list).toHaveFocus();
	await userEvent.keyboard('b');
	await expect.element(list).toHaveValue('need');
});

test('without an empty choice the first is chosen, unless another is', async () => {
	const { rerender } = await render(Select, { name: 'kind', label: 'Genre', options });
	await expect.element(list).toHaveValue('question');
	await rerender({ selected: 'need' });
	await expect.element(list).toHaveValue('need');
});

test('refused, it is marked and says why', async () => {
	render(Select, { name: 'kind', label: 'Genre', none: 'Choisir', options, error: 'Choisissez un genre.' });
	await expect.element(list).toHaveAttribute('aria-invalid', 'true');
	await expect.element(list).toHaveAccessibleDescription('Choisissez un genre.');
});

test('unavailable, it cannot be reached', async () => {
	render(Select, { name: 'kind', label: 'Genre', options, disabled: true });
	await expect.element(list).toBeDisabled();
});
