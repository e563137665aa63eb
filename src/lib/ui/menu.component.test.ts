import { createRawSnippet } from 'svelte';
import { beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Menu from './menu.svelte';

const html = (markup: string) => createRawSnippet(() => ({ render: () => markup }));
const account = page.getByText('Mon compte');
const item = (name: string) => page.getByRole('link', { name });

beforeEach(async () => {
	document.body.innerHTML = '';
	render(Menu, {
		summary: html('<span>Mon compte</span>'),
		children: html(
			'<div><a href="#profil">Profil</a><a href="#aide">Aide</a><a href="#sortir">Sortir</a></div>'
		)
	});
	document.body.insertAdjacentHTML('beforeend', '<button style="margin-top:20rem">Ailleurs</button>');
	await userEvent.tab();
	await expect.element(item('Profil')).not.toBeInTheDocument();
});

test('Enter opens it, arrows walk it in a ring, Home and End go to its ends', async () => {
	await userEvent.keyboard('{Enter}');
	await expect.element(item('Profil')).toBeVisible();
	await userEvent.keyboard('{ArrowDown}');
	await expect.element(item('Profil')).toHaveFocus();
	await userEvent.keyboard('{ArrowUp}');
	await expect.element(item('Sortir')).toHaveFocus();
	await userEvent.keyboard('{ArrowDown}{ArrowDown}');
	await expect.element(item('Aide')).toHaveFocus();
	await userEvent.keyboard('{End}');
	await expect.element(item('Sortir')).toHaveFocus();
	await userEvent.keyboard('{Home}');
	await expect.element(item('Profil')).toHaveFocus();
});

test('Arrow Down opens it on its first item', async () => {
	await userEvent.keyboard('{ArrowDown}');
	await expect.element(item('Profil')).toHaveFocus();
});

test('Escape closes it and goes back to its name', async () => {
	await userEvent.keyboard('{Enter}{ArrowDown}{Escape}');
	await expect.element(item('Profil')).not.toBeInTheDocument();
	expect(document.activeElement?.textContent).toBe('Mon compte');
});

test('leaving it closes it, by Tab or by a click elsewhere', async () => {
	await userEvent.keyboard('{Enter}{End}');
	await userEvent.tab();
	await expect.element(page.getByRole('button', { name: 'Ailleurs' })).toHaveFocus();
	await expect.element(item('Profil')).not.toBeInTheDocument();
	await userEvent.click(account);
	await expect.element(item('Profil')).toBeVisible();
	await userEvent.click(page.getByRole('button', { name: 'Ailleurs' }));
	await expect.element(item('Profil')).not.toBeInTheDocument();
});
