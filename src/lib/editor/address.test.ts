import { expect, it } from 'vitest';
import { addressOf } from './address.ts';

it('reads an address as people type it', () => {
	expect(addressOf('exemple.fr')).toBe('https://exemple.fr/');
	expect(addressOf(' www.exemple.fr/page?a=1 ')).toBe('https://www.exemple.fr/page?a=1');
	expect(addressOf('exemple.fr:8080/page')).toBe('https://exemple.fr:8080/page');
	expect(addressOf('http://exemple.fr')).toBe('http://exemple.fr/');
	expect(addressOf('cooperation@exemple.fr')).toBe('mailto:cooperation@exemple.fr');
});

it('refuses what leads nowhere, or somewhere else', () => {
	for (const typed of [
		'',
		'bonjour',
		'deux mots.',
		'javascript:alert(1)',
		'data:text/html,x',
		'ftp://exemple.fr',
		'/page'
	]) {
		expect(addressOf(typed), typed).toBeNull();
	}
});
