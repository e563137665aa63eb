import { expect, test } from 'vitest';
import { fontsAtMost, table, tooHeavy, visitorAtMost, weigh } from '../budgets.ts';

const weights = await weigh();

test('no page makes people fetch more than it may', () => {
	console.log(table(weights));
	expect(weights.pages.length).toBeGreaterThan(15);
	expect(tooHeavy(weights)).toEqual([]);
});

test('what is weighed is there: the editor weighs something, a page without script nothing', () => {
	const of = (route: string) => weights.pages.find((page) => page.route === route)!;
	expect(of('/fiches/[reference]/ecrire').javascript).toBeGreaterThan(50_000);
	expect(of('/fiches/[reference]/ecrire').later).toBeGreaterThan(50_000);
	expect(of('/fiches').javascript).toBe(0);
	expect(weights.fonts).toBeGreaterThan(10_000);
});

test('a page that is too heavy is told, and so are typefaces', () => {
	const page = { route: '/lourde', javascript: 30_000, later: 10_001, styles: 0, atMost: visitorAtMost };
	expect(tooHeavy({ pages: [page], fonts: fontsAtMost + 1 })).toHaveLength(2);
});
