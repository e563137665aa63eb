import { expect, test } from 'vitest';
import { load } from '../../src/routes/interface/+page.server.ts';

function open(who: 'visitor' | 'member', production: boolean) {
	const url = new URL('http://localhost/interface');
	return load({ locals: { who: { kind: who }, app: { env: { production } } }, url } as never);
}

test('in production a visitor finds no page of components, members do', () => {
	expect(() => open('visitor', true)).toThrow(
		expect.objectContaining({ kind: 'not_found', code: 'not_found' })
	);
	expect(open('member', true)).toMatchObject({ order: 'descending' });
	expect(open('visitor', false)).toMatchObject({ order: 'descending' });
});
