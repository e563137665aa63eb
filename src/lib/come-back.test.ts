import { expect, test } from 'vitest';
import { comeBack } from './come-back.ts';

test('after signing in one comes back to the page one left', () => {
	expect(comeBack('/fiches/DEI-2026-0001/ecrire?a=1#actions')).toBe(
		'/fiches/DEI-2026-0001/ecrire?a=1#actions'
	);
});

test('nobody is sent to another site', () => {
	for (const address of [
		'https://evil.example',
		'//evil.example/x',
		'/\\evil.example',
		'\\\\evil.example',
		'javascript:alert(1)',
		'/\t/evil.example',
		'',
		null,
		undefined
	])
		expect(comeBack(address)).toMatch(/^\/(?!\/)/);
});
