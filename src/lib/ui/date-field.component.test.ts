import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { preciseDate, typedDate } from '#lib/contract/dates.ts';
import DateField from './date-field.svelte';

const day = page.getByLabelText('Jour');
const month = page.getByLabelText('Mois');
const year = page.getByLabelText('Année');

/** What a form would send. */
const sent = () => {
	const form = document.createElement('form');
	form.append(document.querySelector('fieldset')!.cloneNode(true));
	// A copy forgets what was chosen in a list.
	form.querySelector('select')!.value = document.querySelector('select')!.value;
	return preciseDate(typedDate(Object.fromEntries(new FormData(form)), 'debut'));
};

test('a year alone, then a month, then a day: the date is as precise as what is typed', async () => {
	const onchange = vi.fn();
	render(DateField, { name: 'debut', legend: 'Début', onchange });
	await expect.element(page.getByRole('group', { name: 'Début' })).toBeVisible();
	await userEvent.fill(year, '2024');
	expect(sent()).toEqual({ value: '2024' });
	await userEvent.selectOptions(month, 'mai');
	expect(sent()).toEqual({ value: '2024-05' });
	await userEvent.fill(day, '17');
	expect(sent()).toEqual({ value: '2024-05-17' });
	expect(preciseDate(onchange.mock.lastCall![0])).toEqual({ value: '2024-05-17' });
});

test('Tab goes from day to month to year, and a letter chooses the month', async () => {
	render(DateField, { name: 'debut', legend: 'Début' });
	await userEvent.tab();
	await expect.element(day).toHaveFocus();
	await userEvent.tab();
	await userEvent.keyboard('s');
	await expect.element(month).toHaveValue('9');
	await userEvent.tab();
	await expect.element(year).toHaveFocus();
});

test('a known date fills what it knows', async () => {
	render(DateField, { name: 'debut', legend: 'Début', defaultValue: '2024-05' });
	await expect.element(day).toHaveValue('');
	await expect.element(month).toHaveValue('5');
	await expect.element(year).toHaveValue('2024');
});

test('what was refused comes back as typed, and the field to repair is the one marked and linked', async () => {
	render(DateField, {
		name: 'debut',
		legend: 'Début',
		typed: { day: '31', month: '2', year: '2024' },
		error: 'Ce jour n’existe pas dans ce mois.',
		wrong: 'day'
	});
	await expect.element(day).toHaveValue('31');
	await expect.element(day).toHaveAttribute('aria-invalid', 'true');
	await expect.element(day).toHaveAttribute('id', 'field-debut');
	await expect.element(year).not.toHaveAttribute('aria-invalid');
	await expect
		.element(page.getByRole('group', { name: 'Début' }))
		.toHaveAccessibleDescription(/Ce jour n’existe pas/);
});

test('unavailable, none of its fields can be reached', async () => {
	render(DateField, { name: 'debut', legend: 'Début', disabled: true });
	for (const field of [day, month, year]) await expect.element(field).toBeDisabled();
});
