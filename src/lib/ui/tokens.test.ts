import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const source = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8').replace(
	/\/\*[\s\S]*?\*\//g,
	''
);

/** The colours declared first, or with more contrast asked for: each in light, then in dark. */
function declared(condition = ''): { light: Record<string, string>; dark: Record<string, string> } {
	const start = source.indexOf(condition && `@media ${condition} {`);
	if (start < 0) throw new Error(`tokens.css has no ${condition}`);
	const block = source.slice(source.indexOf('[data-theme] {', start), source.indexOf('}', start));
	const pairs = [...block.matchAll(/--color-([\w-]+):\s*light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)];
	return {
		light: Object.fromEntries(pairs.map((pair) => [pair[1], pair[2]])),
		dark: Object.fromEntries(pairs.map((pair) => [pair[1], pair[3]]))
	};
}

const { light, dark } = declared();
const more = declared('(prefers-contrast: more)');
const themes: Record<string, Record<string, string>> = {
	light,
	dark,
	'light, more contrast': { ...light, ...more.light },
	'dark, more contrast': { ...dark, ...more.dark }
};

/** Words on a ground. */
const text: [string, string][] = [
	...['paper', 'surface', 'sunken', 'accent-soft', 'positive-soft', 'warning-soft', 'danger-soft'].map(
		(ground) => ['ink', ground] as [string, string]
	),
	...['paper', 'surface', 'sunken', 'accent-soft'].map((ground) => ['ink-soft', ground] as [string, string]),
	...['paper', 'surface', 'sunken', 'accent-soft'].flatMap(
		(ground) =>
			[
				['accent', ground],
				['accent-strong', ground]
			] as [string, string][]
	),
	['accent-ink', 'accent'],
	['accent-ink', 'accent-strong'],
	['danger-ink', 'danger'],
	['danger-ink', 'danger-strong'],
	...['paper', 'surface', 'positive-soft'].map((ground) => ['positive', ground] as [string, string]),
	...['paper', 'surface', 'warning-soft'].map((ground) => ['warning', ground] as [string, string]),
	...['paper', 'surface', 'danger-soft'].map((ground) => ['danger', ground] as [string, string])
];

/** The edges of controls, the focus ring and drawn marks. */
const controls: [string, string][] = ['edge', 'focus', 'accent', 'danger'].flatMap((mark) =>
	['paper', 'surface', 'sunken'].map((ground) => [mark, ground] as [string, string])
);

for (const [name, colors] of Object.entries(themes)) {
	test(`in the ${name} theme every text is at least 4.5:1`, () => {
		expect(tooPale(colors, text, 4.5)).toEqual([]);
	});
	test(`in the ${name} theme every control is at least 3:1`, () => {
		expect(tooPale(colors, controls, 3)).toEqual([]);
	});
}

test('with more contrast asked for, running text is at least 7:1', () => {
	for (const name of ['light, more contrast', 'dark, more contrast'])
		expect(
			tooPale(
				themes[name] ?? {},
				text.filter(([mark]) => mark.startsWith('ink')),
				7
			)
		).toEqual([]);
});

function tooPale(colors: Record<string, string>, pairs: [string, string][], least: number): string[] {
	return pairs
		.map(([mark, ground]) => ({ mark, ground, ratio: contrast(colors[mark], colors[ground]) }))
		.filter(({ ratio }) => !(ratio >= least))
		.map(({ mark, ground, ratio }) => `${mark} on ${ground}: ${ratio.toFixed(2)}`);
}

/** WCAG 2.2, "contrast ratio". */
function contrast(first: string | undefined, second: string | undefined): number {
	const [lighter = 0, darker = 0] = [luminance(first), luminance(second)].sort((a, b) => b - a);
	return (lighter + 0.05) / (darker + 0.05);
}

/** WCAG 2.2, "relative luminance". */
function luminance(color: string | undefined): number {
	if (!color) return NaN;
	const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
		const value = parseInt(color.slice(at, at + 2), 16) / 255;
		return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
