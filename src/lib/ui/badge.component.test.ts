import { createRawSnippet } from 'svelte';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Badge from './badge.svelte';

const children = createRawSnippet(() => ({ render: () => '<span>abandonné</span>' }));
const mark = () => getComputedStyle(page.getByText('abandonné').element().parentElement!, '::before');

test('its words are read, and its shape tells the tone to those who do not see the colour', async () => {
	const { rerender } = await render(Badge, { children, tone: 'neutral' });
	await expect.element(page.getByText('abandonné')).toBeVisible();
	expect(mark()).toMatchObject({ borderRadius: '50%', backgroundColor: 'rgba(0, 0, 0, 0)' });
	await rerender({ tone: 'positive' });
	expect(mark().borderRadius).toBe('50%');
	expect(mark().backgroundColor).not.toBe('rgba(0, 0, 0, 0)');
	await rerender({ tone: 'danger' });
	expect(mark()).toMatchObject({ borderRadius: '0px', rotate: '45deg' });
});
