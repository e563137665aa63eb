import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Avatar from './avatar.svelte';

test.each([
	['Awa Diop', 'AD'],
	['Jean-Pierre de la Tour', 'JT'],
	['Contribution (démonstration)', 'C'],
	['élise', 'É'],
	['123', '·']
])('%s is drawn as %s', async (name, initials) => {
	const { container } = await render(Avatar, { name });
	expect(container.textContent?.trim()).toBe(initials);
});

test('it is not heard: the name is written beside it', async () => {
	const { container } = await render(Avatar, { name: 'Awa Diop', color: 'rgb(10, 60, 90)' });
	const drawn = container.querySelector('span')!;
	expect(drawn.getAttribute('aria-hidden')).toBe('true');
	expect(getComputedStyle(drawn)).toMatchObject({
		backgroundColor: 'rgb(10, 60, 90)',
		color: 'rgb(255, 255, 255)'
	});
	await expect.element(page.getByText('AD')).toBeVisible();
});
