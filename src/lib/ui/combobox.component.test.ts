import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Combobox, { type Choice } from './combobox.svelte';

const register: Choice[] = ['Lille', 'Lillers', 'Lillebonne'].map((name) => ({
	id: name,
	name,
	detail: 'commune'
}));
const field = page.getByRole('combobox', { name: 'Collectivité' });
const option = (name: string) => page.getByRole('option', { name: `${name} commune`, exact: true });
const said = () => page.getByRole('status').last().element().textContent;

function show(props: Partial<{ chosen: Choice; search: (query: string) => Promise<Choice[]> }> = {}) {
	document.body.innerHTML = '<p id="nom">Collectivité</p>';
	const onchoose = vi.fn();
	const search = vi.fn(async (query: string) =>
		register.filter(({ name }) => name.toLowerCase().startsWith(query.toLowerCase()))
	);
	render(Combobox, { id: 'lieu', labelledBy: 'nom', chosen: null, search, onchoose, ...props });
	return { onchoose, search };
}

test('arrows walk what was found while the focus stays in the text, and Enter chooses', async () => {
	const { onchoose, search } = show();
	await expect.element(field).toHaveAttribute('aria-expanded', 'false');
	await userEvent.fill(field, 'lil');
	await expect.element(option('Lille')).toBeVisible();
	expect(search).toHaveBeenCalledExactlyOnceWith('lil');
	await expect.element(field).toHaveAttribute('aria-expanded', 'true');
	await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}{ArrowUp}');
	await expect.element(option('Lillebonne')).toHaveAttribute('aria-selected', 'true');
	await expect.element(field).toHaveFocus();
	await expect.element(field).toHaveAttribute('aria-activedescendant', 'lieu-2');
	await userEvent.keyboard('{Enter}');
	expect(onchoose).toHaveBeenCalledExactlyOnceWith(register[2]);
	await expect.element(option('Lille')).not.toBeInTheDocument();
});

test('Escape gives back what was chosen; emptying chooses nothing', async () => {
	const { onchoose } = show({ chosen: register[0] });
	await expect.element(field).toHaveValue('Lille, commune');
	await userEvent.fill(field, 'lillers');
	await expect.element(option('Lillers')).toBeVisible();
	await userEvent.keyboard('{Escape}');
	await expect.element(field).toHaveValue('Lille, commune');
	expect(onchoose).not.toHaveBeenCalled();
	await userEvent.fill(field, '');
	await userEvent.tab();
	expect(onchoose).toHaveBeenCalledExactlyOnceWith(null);
});

test('an answer that comes late is not shown instead of the last one', async () => {
	const answers: ((choices: Choice[]) => void)[] = [];
	show({ search: () => new Promise((resolve) => answers.push(resolve)) });
	await userEvent.fill(field, 'li');
	await expect.poll(() => answers.length).toBe(1);
	await userEvent.fill(field, 'lillers');
	await expect.poll(() => answers.length).toBe(2);
	answers[1]!([register[1]!]);
	await expect.element(option('Lillers')).toBeVisible();
	answers[0]!([register[0]!]);
	await expect.element(option('Lillers')).toBeVisible();
	await expect.element(option('Lille')).not.toBeInTheDocument();
});

test('what is found is counted aloud, nothing and trouble are said', async () => {
	show();
	await userEvent.fill(field, 'lil');
	await expect.poll(said).toMatch(/3/);
	await userEvent.fill(field, 'zz');
	await expect.poll(said).toMatch(/Aucune collectivité/);
	show({ search: () => Promise.reject(new Error('away')) });
	await userEvent.fill(field, 'lil');
	await expect.poll(said).toMatch(/ne répond pas/);
});
