import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import RankedChoice from './ranked-choice.svelte';

const choices = [
	{ value: 'eau', label: 'Eau' },
	{ value: 'sol', label: 'Sol' },
	{ value: 'air', label: 'Air' }
];
const up = (name: string) => page.getByRole('button', { name: `Monter «\u00a0${name}\u00a0»` });
const down = (name: string) => page.getByRole('button', { name: `Descendre «\u00a0${name}\u00a0»` });
const rank = (name: string) => page.getByLabelText(`Rang de «\u00a0${name}\u00a0»`);
const said = () => page.getByRole('status').element().textContent;
const order = () => [...document.querySelectorAll('.label')].map((label) => label.textContent);
/** What a form would send. */
const ranks = () =>
	Object.fromEntries([...document.querySelectorAll('select')].map(({ name, value }) => [name, value]));

test('from no rank to the first, by the keyboard alone, the focus staying on the button', async () => {
	render(RankedChoice, { name: 'besoin', legend: 'Besoins', choices, ranked: ['eau', 'sol'] });
	await expect.element(up('Air')).toBeVisible();
	(up('Air').element() as HTMLElement).focus();
	await userEvent.keyboard('{Enter}');
	expect(ranks()).toEqual({ 'besoin-eau': '1', 'besoin-sol': '2', 'besoin-air': '3' });
	await userEvent.keyboard('{Enter}{Enter}');
	expect(order()).toEqual(['Air', 'Eau', 'Sol']);
	expect(ranks()).toEqual({ 'besoin-air': '1', 'besoin-eau': '2', 'besoin-sol': '3' });
	await expect.element(up('Air')).toHaveFocus();
	await expect.element(up('Air')).toHaveAttribute('aria-disabled', 'true');
	await expect.poll(said).toBe('«\u00a0Air\u00a0»\u00a0: rang 1 sur 3');
});

test('down from the last rank is out of the ranking', async () => {
	render(RankedChoice, { name: 'besoin', legend: 'Besoins', choices, ranked: ['eau', 'sol'] });
	await userEvent.click(down('Sol'));
	expect(ranks()).toEqual({ 'besoin-eau': '1', 'besoin-sol': '', 'besoin-air': '' });
	await expect.poll(said).toContain('n’est plus classé');
});

test('the list of ranks does the same, and moves the others', async () => {
	render(RankedChoice, { name: 'besoin', legend: 'Besoins', choices, ranked: ['eau', 'sol', 'air'] });
	await userEvent.selectOptions(rank('Air'), '1');
	expect(order()).toEqual(['Air', 'Eau', 'Sol']);
	await userEvent.selectOptions(rank('Eau'), '');
	expect(ranks()).toEqual({ 'besoin-air': '1', 'besoin-sol': '2', 'besoin-eau': '' });
});

test('a choice dragged onto another takes its place', async () => {
	render(RankedChoice, { name: 'besoin', legend: 'Besoins', choices, ranked: ['eau', 'sol', 'air'] });
	await expect.element(up('Air')).toBeVisible();
	const rows = page.getByRole('listitem');
	await userEvent.dragAndDrop(rows.nth(2), rows.nth(0));
	await expect.poll(order).toEqual(['Air', 'Eau', 'Sol']);
});

test('refused, the group says why and its first field is the one the summary leads to', async () => {
	render(RankedChoice, { name: 'besoin', legend: 'Besoins', choices, error: 'Deux choix ont le même rang.' });
	await expect
		.element(page.getByRole('group', { name: 'Besoins' }))
		.toHaveAccessibleDescription('Deux choix ont le même rang.');
	expect(document.querySelector('#field-besoin')?.tagName).toBe('SELECT');
});
