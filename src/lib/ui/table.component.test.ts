import { createRawSnippet } from 'svelte';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Table from './table.svelte';

const cell = createRawSnippet<[Record<string, string>, string]>((row, key) => ({
	render: () => `<span>${row()[key()]}</span>`
}));

beforeEach(() => {
	render(Table<Record<string, string>>, {
		caption: 'Appareils',
		columns: [
			{ key: 'name', label: 'Appareil' },
			{ key: 'used', label: 'Utilisé le', sort: { href: '?tri=usage', order: 'descending' } }
		],
		rows: [
			{ id: '1', name: 'Firefox', used: '12 mai' },
			{ id: '2', name: 'Safari', used: '3 mai' }
		],
		keyOf: ({ id }) => id ?? '',
		cell
	});
});
afterEach(() => page.viewport(1280, 800));

test.each([1280, 320])('at %i px it is a table for those who hear it, sorted by a link', async (width) => {
	await page.viewport(width, 800);
	await expect.element(page.getByRole('table', { name: 'Appareils' })).toBeVisible();
	expect(page.getByRole('row').elements()).toHaveLength(3);
	await expect.element(page.getByRole('rowheader', { name: 'Firefox' })).toBeVisible();
	const sorted = page.getByRole('columnheader', { name: 'Utilisé le' });
	await expect.element(sorted).toHaveAttribute('aria-sort', 'descending');
	await expect.element(sorted.getByRole('link')).toHaveAttribute('href', '?tri=usage');
	expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
});

test('on a small screen each value says which column it is of', async () => {
	await page.viewport(320, 800);
	const value = page.getByRole('cell').first().element();
	expect(getComputedStyle(value, '::before').content).toContain('Utilisé le');
	expect(getComputedStyle(value).display).toBe('block');
});
