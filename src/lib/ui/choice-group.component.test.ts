import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import ChoiceGroup from './choice-group.svelte';

const options = [
	{ value: 'question', label: 'Question', hint: 'Vous cherchez une réponse.' },
	{ value: 'need', label: 'Besoin' }
];
const group = page.getByRole('group', { name: 'Genre' });

test('radios: Tab enters once, arrows choose, and one only is chosen', async () => {
	const onchange = vi.fn();
	render(ChoiceGroup, {
		name: 'kind',
		type: 'radio',
		legend: 'Genre',
		options,
		selected: ['question'],
		onchange
	});
	const question = page.getByRole('radio', { name: 'Question' });
	const need = page.getByRole('radio', { name: 'Besoin' });
	await expect.element(group).toBeVisible();
	await userEvent.tab();
	await expect.element(question).toHaveFocus();
	await expect.element(question).toHaveAccessibleDescription('Vous cherchez une réponse.');
	await userEvent.keyboard('{ArrowDown}');
	await expect.element(need).toBeChecked();
	await expect.element(question).not.toBeChecked();
	expect(onchange).toHaveBeenLastCalledWith('need', true);
	await userEvent.tab();
	await expect.element(need).not.toHaveFocus();
});

test('boxes: each is a stop, Space ticks it and unticks it, and its words are pressed too', async () => {
	const onchange = vi.fn();
	render(ChoiceGroup, { name: 'kind', type: 'checkbox', legend: 'Genre', options, onchange });
	const question = page.getByRole('checkbox', { name: 'Question' });
	await userEvent.tab();
	await userEvent.keyboard(' ');
	await expect.element(question).toBeChecked();
	await userEvent.keyboard(' ');
	await expect.element(question).not.toBeChecked();
	await userEvent.tab();
	await expect.element(page.getByRole('checkbox', { name: 'Besoin' })).toHaveFocus();
	await userEvent.click(page.getByText('Besoin'));
	expect(onchange).toHaveBeenLastCalledWith('need', true);
});

test('refused, the group says why, and the error summary leads to its first choice', async () => {
	render(ChoiceGroup, {
		name: 'kind',
		type: 'radio',
		legend: 'Genre',
		options,
		error: 'Choisissez un genre.'
	});
	await expect.element(group).toHaveAccessibleDescription('Choisissez un genre.');
	await expect.element(page.getByRole('radio', { name: 'Question' })).toHaveAttribute('id', 'field-kind');
});

test('unavailable, none of its choices can be reached', async () => {
	render(ChoiceGroup, { name: 'kind', type: 'checkbox', legend: 'Genre', options, disabled: true });
	for (const { label } of options)
		await expect.element(page.getByRole('checkbox', { name: label })).toBeDisabled();
});
