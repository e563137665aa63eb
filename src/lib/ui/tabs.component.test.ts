import { createRawSnippet } from 'svelte';
import { beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Tabs from './tabs.svelte';

const tab = (name: string) => page.getByRole('tab', { name });
const panel = createRawSnippet<[string]>((id) => ({ render: () => `<p>Texte de ${id()}</p>` }));

beforeEach(async () => {
	render(Tabs, {
		label: 'Rubriques',
		tabs: [
			{ id: 'ici', label: 'Ici' },
			{ id: 'la-bas', label: 'Là-bas' },
			{ id: 'couts', label: 'Coûts' }
		],
		panel
	});
	await expect.element(page.getByRole('tablist', { name: 'Rubriques' })).toBeVisible();
	await userEvent.tab();
});

test('one stop for the tabs; arrows choose in a ring, Home and End go to the ends', async () => {
	await expect.element(tab('Ici')).toHaveFocus();
	await expect.element(tab('Ici')).toHaveAttribute('aria-selected', 'true');
	await userEvent.keyboard('{ArrowRight}');
	await expect.element(tab('Là-bas')).toHaveFocus();
	await expect.element(page.getByRole('tabpanel', { name: 'Là-bas' })).toHaveTextContent('Texte de la-bas');
	await userEvent.keyboard('{ArrowRight}{ArrowRight}');
	await expect.element(tab('Ici')).toHaveFocus();
	await userEvent.keyboard('{ArrowLeft}');
	await expect.element(tab('Coûts')).toHaveFocus();
	await userEvent.keyboard('{Home}');
	await expect.element(tab('Ici')).toHaveFocus();
	await userEvent.keyboard('{End}');
	await expect.element(tab('Coûts')).toHaveAttribute('aria-selected', 'true');
});

test('only the chosen panel is there', async () => {
	await userEvent.click(tab('Coûts'));
	expect(page.getByRole('tabpanel').elements()).toHaveLength(1);
	await expect.element(page.getByRole('tabpanel', { name: 'Coûts' })).toBeVisible();
});
