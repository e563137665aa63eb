import { expect, test } from 'vitest';
import { rankingOf } from './ranking.ts';

const choices = ['eau', 'sol', 'air'];
const read = (values: Record<string, unknown>) => rankingOf(values, 'besoin', choices);

test('choices come in the order of their ranks, those without one stay out', () => {
	expect(read({ 'besoin-air': '1', 'besoin-eau': '3' })).toEqual({ value: ['air', 'eau'] });
	expect(read({})).toEqual({ value: [] });
	expect(read({ 'besoin-feu': '1' })).toEqual({ value: [] });
});

test('the same rank twice, or a rank that is none, is refused where it stands', () => {
	expect(read({ 'besoin-eau': '1', 'besoin-sol': '1' })).toEqual({ code: 'ranking_twice', choice: 'sol' });
	for (const rank of ['0', '4', '-1', '1.5', 'un', ['1', '2']])
		expect(read({ 'besoin-sol': rank })).toEqual({ code: 'ranking_wrong', choice: 'sol' });
});
