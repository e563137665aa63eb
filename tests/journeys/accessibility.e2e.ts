/** Every screen, in both themes and both widths, by the machine's eye; what the eye of a machine cannot see is in docs/accessibility.md. */
import { spawnSync } from 'node:child_process';
import { expect, test, type Page } from '@playwright/test';
import { faults } from '../support/axe.ts';
import { install, type Installation } from '../support/app.ts';
import { findChromium } from '../support/chromium.ts';
import { peopleOf, routes, screens, show, type People, type Screen } from '../support/screens.ts';

const wide = { width: 1280, height: 900 };
/** The narrowest screen, and a page of 1280 px zoomed to 400 %. */
const narrow = { width: 320, height: 700 };

let passerelle: Installation;
let people: People;

test.beforeAll(async ({ browser }) => {
	passerelle = await install({ DEMO: '1' });
	await passerelle.start();
	people = peopleOf(browser, passerelle, { locale: 'fr-FR', reducedMotion: 'reduce', viewport: wide });
});
test.afterAll(async () => {
	await people.close();
	await passerelle.remove();
});

test('every page there is has its screen here', () => {
	expect(routes().filter((route) => !screens.some((screen) => screen.route === route))).toEqual([]);
});

test('the eyes of these tests see a fault of each kind', async () => {
	const page = await people.page('visitor');
	await page.setViewportSize(narrow);
	await page.goto(`${passerelle.origin}/dynamique`);
	await page.evaluate(() => {
		const plant = (markup: string) => document.querySelector('main')!.insertAdjacentHTML('beforeend', markup);
		plant('<p style="color: #aaa; background: #fff">Trop pâle</p>');
		plant('<input type="text" />');
		plant('<div style="width: 400px">Trop large</div>');
		plant('<p style="height: 1em; overflow: hidden">Coupé<br />en deux</p>');
		plant('<svg><path d="M0 0" /></svg><h1>Encore</h1><table></table><center></center><iframe></iframe>');
	});
	expect((await structure(page)).length).toBeGreaterThanOrEqual(5);
	const found = (await faults(page)).join('\n');
	expect(found).toContain('color-contrast');
	expect(found).toContain('label');
	expect(await overflowing(page)).not.toEqual([]);
	expect(await cut(page)).not.toEqual([]);
});

for (const screen of screens) {
	test(`${screen.name}: nothing serious in light, in dark, at 1280 and at 320 px`, async () => {
		const page = await people.page(screen.as);
		await page.setViewportSize(wide);
		await page.emulateMedia({ colorScheme: 'light' });
		await show(people, screen);
		const found = await faults(page, 'light 1280');
		await page.emulateMedia({ colorScheme: 'dark' });
		found.push(...(await faults(page, 'dark 1280')));
		await page.setViewportSize(narrow);
		found.push(...(await faults(page, 'dark 320')));
		await page.emulateMedia({ colorScheme: 'light' });
		found.push(...(await faults(page, 'light 320')));
		expect(found).toEqual([]);
		expect(await overflowing(page), 'nothing is wider than 320 px').toEqual([]);
		expect(await structure(page), 'what docs/accessibility.md says of every page').toEqual([]);
		await page.evaluate(loosen);
		expect(await overflowing(page), 'loosened text stays in the page').toEqual([]);
		expect(await cut(page), 'loosened text is not cut').toEqual([]);
		await page.evaluate(() => document.adoptedStyleSheets.splice(0));

		await page.setViewportSize(wide);
		await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
		expect(await overflowing(page), 'text at 200 % stays in the page').toEqual([]);
		expect(await cut(page), 'text at 200 % is not cut').toEqual([]);
	});
}

const recorded = '156';
const chromium = /(\d+)\.\d+\.\d+\.\d+/.exec(
	spawnSync(findChromium() ?? 'chromium', ['--version'], { encoding: 'utf8' }).stdout
)?.[1];

for (const screen of screens.filter(({ main }) => main)) {
	test(`${screen.name}: read aloud, it says the same things in the same order`, async () => {
		const page = await shown(screen);
		expect(told(await page.locator('body').ariaSnapshot())).toMatchSnapshot(`${screen.name}.yml`);
	});

	// Two versions of Chromium do not draw letters alike.
	test(`${screen.name}: it looks as it did${chromium === recorded ? '' : ` (not compared: drawn with Chromium ${recorded}, this is ${chromium})`}`, async () => {
		test.skip(chromium !== recorded);
		const page = await shown(screen);
		await expect(page).toHaveScreenshot(`${screen.name}.png`, {
			maxDiffPixelRatio: 0.02,
			mask: [page.locator('time, .reference, .remote-caret, [data-save]')],
			maskColor: '#888888'
		});
	});
}

async function shown(screen: Screen): Promise<Page> {
	const page = await people.page(screen.as);
	await page.setViewportSize({ width: 1024, height: 720 });
	await page.emulateMedia({ colorScheme: 'light' });
	return show(people, screen);
}

/** Without long lists of choices, nor what changes with the day and the installation: addresses, dates, years. */
function told(snapshot: string): string {
	return snapshot
		.split('\n')
		.filter((line) => !/^\s*- (\/url:|option )/.test(line))
		.join('\n')
		.replace(/(- (?:time|code):).*/g, '$1 …')
		.replace(/https?:\/\/\S+/g, '…')
		.replace(/\b\d{1,2}(?:er)? \p{L}+ 20\d\d(?: à \d{1,2}:\d{2})?/gu, '…')
		.replace(/\d{1,2}:\d{2}/g, '…')
		.replace(/Chrome, \w+/g, 'Chrome, …')
		.replace(/DEI-\d{4}-/g, 'DEI-…-');
}

test('with forced colours, controls keep an edge, the focus shows and the door one is in keeps its mark; nothing moves', async () => {
	for (const screen of screens.filter(({ main }) => main)) {
		const page = await people.page(screen.as);
		await page.setViewportSize(wide);
		await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
		await show(people, screen);
		// The last thing done is a key: focus shows as it does for whoever uses the keyboard.
		await page.keyboard.press('Tab');
		const { controls, stops, problems } = await page.evaluate(lookWithForcedColours);
		expect.soft(controls, `${screen.name} has controls`).toBeGreaterThan(0);
		expect.soft(stops, `${screen.name} has stops`).toBeGreaterThan(10);
		expect.soft(problems, screen.name).toEqual([]);
		expect.soft(await page.evaluate(moving), `${screen.name}, with reduced motion`).toEqual([]);
	}
	const page = await people.page('contributor');
	await page.goto(`${passerelle.origin}/fiches`);
	const mark = page.locator('header nav [aria-current]');
	expect(await mark.evaluate((door) => getComputedStyle(door, '::after').height)).toBe('3px');
	for (const viewer of new Set(screens.filter(({ main }) => main).map(({ as }) => as)))
		await (await people.page(viewer)).emulateMedia({ forcedColors: 'none' });
});

test('without the wish for less of it, something moves: the eye above sees it', async ({ browser }) => {
	const page = await (await browser.newContext({ reducedMotion: 'no-preference' })).newPage();
	await page.goto(`${passerelle.origin}/fiches`);
	expect(await page.evaluate(moving)).not.toEqual([]);
	await page.context().close();
});

/** Runs in the page: controls without an edge, stops without an outline. */
function lookWithForcedColours(): { controls: number; stops: number; problems: string[] } {
	const problems: string[] = [];
	const visible = (selector: string) =>
		[...document.querySelectorAll<HTMLElement>(selector)].filter((element) => element.checkVisibility());
	const controls = visible('.button, .control');
	for (const control of controls) {
		const { borderTopStyle, borderTopWidth, borderTopColor } = getComputedStyle(control);
		if (borderTopStyle === 'none' || parseFloat(borderTopWidth) < 1 || /^rgba.*, 0\)$/.test(borderTopColor))
			problems.push(`no edge: ${control.outerHTML.slice(0, 120)}`);
	}
	const stops = visible(
		'a[href], button:not(:disabled), input, select, textarea, summary, [contenteditable=true]'
	).filter((element) => element.tabIndex >= 0);
	for (const stop of stops) {
		stop.focus();
		if (document.activeElement !== stop) continue;
		// A card, or the frame of a text, may show it for what it holds.
		let shown: Element | null = stop;
		const outlined = (element: Element) => {
			const { outlineStyle, outlineWidth } = getComputedStyle(element);
			return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
		};
		while (shown && !outlined(shown)) shown = shown.parentElement;
		if (!shown) problems.push(`focus not shown: ${stop.outerHTML.slice(0, 120)}`);
	}
	return { controls: controls.length, stops: stops.length, problems };
}

/** Runs in the page: what moves for longer than a hundredth of a second. */
function moving(): string[] {
	const lasts = (durations: string) => durations.split(',').some((each) => parseFloat(each) > 0.01);
	return [...document.querySelectorAll('*')]
		.filter((element) =>
			[null, '::before', '::after'].some((pseudo) => {
				const style = getComputedStyle(element, pseudo);
				return (
					(style.animationName !== 'none' && lasts(style.animationDuration)) ||
					lasts(style.transitionDuration)
				);
			})
		)
		.map((element) => element.outerHTML.slice(0, 80));
}

/** The rules of RGAA that a page can be asked and that axe does not ask. Each line names its criterion. */
function structure(page: Page): Promise<string[]> {
	return page.evaluate(() => {
		const problems: string[] = [];
		const refuse = (criterion: string, selector: string) => {
			for (const element of document.querySelectorAll(selector))
				problems.push(`${criterion} ${element.outerHTML.slice(0, 120)}`);
		};
		const expectOne = (criterion: string, selector: string) => {
			const { length } = document.querySelectorAll(selector);
			if (length !== 1) problems.push(`${criterion} ${length} × ${selector}`);
		};
		refuse('1.2', 'svg:not([aria-hidden=true], [role=img])');
		refuse('1.1', 'svg[role=img]:not([aria-label]), img:not([alt])');
		refuse('2.1', 'iframe, frame, object, embed');
		refuse('4.1', 'audio, video');
		// Data in a table has a name and headers; nothing is laid out with one.
		refuse('5.4', 'table:not(:has(caption))');
		refuse('5.6', 'table:not(:has(th))');
		if (document.doctype?.name !== 'html') problems.push('8.1 no doctype');
		if (!/^(fr|en|es)$/.test(document.documentElement.lang)) problems.push('8.3 no language');
		if (!/\S+.* · Passerelle|^Passerelle · /.test(document.title)) problems.push(`8.5 ${document.title}`);
		refuse('8.9', 'p:empty:not([role=status]), main br + br');
		expectOne('9.1', 'h1');
		let level = 0;
		for (const heading of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
			const next = Number(heading.tagName[1]);
			if (next > level + 1) problems.push(`9.1 ${heading.outerHTML.slice(0, 120)}`);
			level = next;
		}
		for (const landmark of [
			'body header:has(nav)',
			'main',
			'footer',
			'header nav[aria-label]',
			'#app > .skip'
		])
			expectOne('9.2', landmark);
		refuse('10.1', 'font, center, big, blink, marquee, basefont, strike, tt, [align], [bgcolor], [border]');
		refuse('12.8', '[tabindex]:not([tabindex="0"], [tabindex="-1"])');
		refuse('12.10', '[accesskey]');
		refuse('13.2', '[target=_blank]:not([rel~=noopener])');
		return problems;
	});
}

/** Runs in the page: the spacing of RGAA 10.12 (WCAG 1.4.12). */
function loosen(): void {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
		p { margin-bottom: 2em !important }`);
	document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** What makes the page scroll sideways. */
function overflowing(page: Page): Promise<string[]> {
	return page.evaluate(() => {
		const { scrollWidth, clientWidth } = document.documentElement;
		if (scrollWidth <= clientWidth) return [];
		const beyond = [...document.querySelectorAll('body *')].filter(
			(element) => element.getBoundingClientRect().right > clientWidth + 1
		);
		return [`${scrollWidth} px`, ...beyond.slice(0, 5).map((element) => element.outerHTML.slice(0, 120))];
	});
}

/** Words hidden by the edge of what holds them. */
function cut(page: Page): Promise<string[]> {
	return page.evaluate(() =>
		[...document.querySelectorAll<HTMLElement>('main *, header *, footer *')]
			.filter((element) => {
				const { overflowX, overflowY, clipPath, display } = getComputedStyle(element);
				// An input scrolls under the caret, and hidden words are hidden on purpose.
				if (element.matches('input, textarea, select') || clipPath !== 'none' || display === 'inline')
					return false;
				return (
					(overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 1) ||
					(overflowY === 'hidden' && element.scrollHeight > element.clientHeight + 1)
				);
			})
			.map((element) => element.outerHTML.slice(0, 120))
	);
}
