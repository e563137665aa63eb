import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import ErrorSummary from './error-summary.svelte';

test('the summary takes the focus', async () => {
	render(ErrorSummary, { errors: { name: 'Écrivez votre nom' } });
	const box = page.getByRole('alert');
	await expect.element(box).toHaveFocus();
	await userEvent.tab();
	await expect.element(page.getByRole('link', { name: 'Écrivez votre nom' })).toHaveFocus();
});
