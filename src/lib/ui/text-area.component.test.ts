import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import TextArea from './text-area.svelte';

const field = page.getByRole('textbox', { name: 'Message' });

test('Tab enters and leaves it, Enter makes a line, and it grows with what is typed', async () => {
	render(TextArea, { name: 'body', label: 'Message', rows: 2 });
	await userEvent.tab();
	await expect.element(field).toHaveFocus();
	const before = field.element().clientHeight;
	await userEvent.keyboard('Une{Enter}deux{Enter}trois{Enter}quatre{Enter}cinq');
	await expect.element(field).toHaveValue('Une\ndeux\ntrois\nquatre\ncinq');
	expect(field.element().clientHeight).toBeGreaterThan(before);
	await userEvent.tab();
	await expect.element(field).not.toHaveFocus();
});

test('what is too long is never cut: it is counted, marked and described', async () => {
	render(TextArea, { name: 'body', label: 'Message', most: 10, error: 'Au plus 10 caractères.' });
	await userEvent.fill(field, 'Plus de dix caractères');
	await expect.element(field).toHaveValue('Plus de dix caractères');
	await expect.element(field).toHaveAttribute('aria-invalid', 'true');
	await expect.element(field).toHaveAccessibleDescription('Au plus 10 caractères.');
	await expect.element(page.getByText(/12 caractères de trop/)).toBeVisible();
});

test('it arrives with what was typed before, and unavailable it cannot be reached', async () => {
	render(TextArea, { name: 'body', label: 'Message', defaultValue: 'Déjà là', disabled: true });
	await expect.element(field).toHaveValue('Déjà là');
	await expect.element(field).toBeDisabled();
});
