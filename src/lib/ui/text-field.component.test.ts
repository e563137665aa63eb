import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import TextField from './text-field.svelte';

const field = page.getByRole('textbox', { name: 'Titre' });

test('its label names it, its hint describes it, and what is typed is sent under its name', async () => {
	render(TextField, { name: 'title', label: 'Titre', hint: 'En une ligne.' });
	await userEvent.tab();
	await expect.element(field).toHaveFocus();
	expect(getComputedStyle(field.element()).outlineStyle).toBe('solid');
	await userEvent.keyboard('Un marché');
	await expect.element(field).toHaveValue('Un marché');
	await expect.element(field).toHaveAttribute('name', 'title');
	await expect.element(field).toHaveAccessibleDescription('En une ligne.');
	await expect.element(field).not.toHaveAttribute('aria-invalid');
});

test('refused, it is marked, says why before its hint, and keeps what was typed', async () => {
	render(TextField, {
		name: 'title',
		label: 'Titre',
		hint: 'En une ligne.',
		error: 'Donnez un titre.',
		defaultValue: 'Un'
	});
	await expect.element(field).toHaveAttribute('aria-invalid', 'true');
	await expect.element(field).toHaveAccessibleDescription('Donnez un titre. En une ligne.');
	await expect.element(field).toHaveValue('Un');
	// Where the links of the error summary lead.
	await expect.element(field).toHaveAttribute('id', 'field-title');
});

test('a hidden label still names it', async () => {
	render(TextField, { name: 'title', label: 'Titre', hideLabel: true });
	await expect.element(field).toBeVisible();
	expect(page.getByText('Titre').element().getBoundingClientRect().width).toBeLessThan(2);
});

test('unavailable, it cannot be reached', async () => {
	render(TextField, { name: 'title', label: 'Titre', disabled: true });
	await expect.element(field).toBeDisabled();
	await userEvent.tab();
	await expect.element(field).not.toHaveFocus();
});
