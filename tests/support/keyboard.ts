/** A person with a keyboard and nothing else: moves from stop to stop, and must see where they are. */
import { expect, type Locator, type Page } from '@playwright/test';

interface Stop {
	/** What has the focus, as it begins in the page; empty when nothing has. */
	markup: string;
	/** The stop just left looked the same with the focus as without. */
	unseen: string | null;
	/** Nothing of it is inside the window, or something else lies on it. */
	isHidden: boolean;
}

/** Presses Tab (or another key that moves) and checks the stop before and the stop after. */
export async function step(page: Page, key = 'Tab'): Promise<Stop> {
	await page.keyboard.press(key);
	const stop = await page.evaluate(look);
	expect(stop.unseen, 'a stop that looks the same with the focus as without').toBeNull();
	expect(stop.isHidden ? stop.markup : null, 'a stop that cannot be seen').toBeNull();
	return stop;
}

/** Moves forward until the target has the focus. */
export async function reach(page: Page, target: Locator, { most = 150, key = 'Tab' } = {}): Promise<void> {
	for (let steps = 0; steps < most; steps++) {
		if (await target.evaluate((element) => element === document.activeElement)) return;
		await step(page, key);
	}
	throw new Error(`${String(target)} was not reached in ${most} steps`);
}

/** Reaches what is to be pressed, and presses it as a keyboard does. */
export async function press(page: Page, target: Locator, key = 'Enter'): Promise<void> {
	await reach(page, target);
	await page.keyboard.press(key);
}

/** Goes through the whole page, out of its end. */
export async function goThrough(page: Page, most = 400): Promise<string[]> {
	const stops: string[] = [];
	for (;;) {
		const { markup } = await step(page);
		if (!markup) return stops;
		expect(markup, 'a trap: the focus stays').not.toBe(stops.at(-1));
		stops.push(markup);
		expect(stops.length, 'a trap: the page has no end').toBeLessThan(most);
	}
}

/** Runs in the page. */
function look(): Stop {
	type Left = { element: Element; looks: string };
	const memory = window as unknown as { lastStop?: Left };
	const looksOf = (element: Element) => {
		const looks: string[] = [];
		// The ring may be drawn around what holds the control: a field, the card of a text.
		for (let at: Element | null = element, depth = 0; at && depth < 4; at = at.parentElement, depth++) {
			const style = getComputedStyle(at);
			looks.push(
				[
					style.outlineStyle === 'none' ? '' : `${style.outlineWidth} ${style.outlineColor}`,
					style.boxShadow,
					style.borderColor,
					style.backgroundColor,
					style.textDecoration,
					style.translate
				].join(';')
			);
		}
		return looks.join('|');
	};
	const last = memory.lastStop;
	const active = document.activeElement;
	const element = active && active !== document.body ? active : null;
	// In a text, the caret is what one sees; moving between two stops of one card changes nothing around them.
	const isText = last?.element.matches('[role=textbox], textarea, input:not([type=checkbox], [type=radio])');
	const unseen =
		last?.element.isConnected && last.element !== element && !isText && looksOf(last.element) === last.looks
			? last.element.outerHTML.slice(0, 150)
			: null;
	memory.lastStop = element ? { element, looks: looksOf(element) } : undefined;
	if (!element) return { markup: '', unseen, isHidden: false };
	const { left, right, top, bottom } = element.getBoundingClientRect();
	return {
		markup: element.outerHTML.slice(0, 200),
		unseen,
		isHidden: right <= 0 || bottom <= 0 || left >= innerWidth || top >= innerHeight
	};
}
