/**
 * `npm run screens`: a picture of every screen, wide, narrow and dark, and one sheet that shows the whole product.
 * With names of screens (`npm run screens -- fiches ecrire`) those alone are taken again.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { findChromium } from './support/chromium.ts';
import { install } from './support/app.ts';
import { peopleOf, screens, show } from './support/screens.ts';

const folder = join(import.meta.dirname, '..', 'screenshots');
const looks = [
	{ name: 'large', viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
	{ name: 'etroit', viewport: { width: 360, height: 740 }, colorScheme: 'light' },
	{ name: 'sombre', viewport: { width: 1280, height: 900 }, colorScheme: 'dark' }
] as const;

const asked = process.argv.slice(2);
const drawn = asked.length > 0 ? screens.filter(({ name }) => asked.includes(name)) : screens;
const missing: string[] = [];

if (asked.length === 0) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const passerelle = await install({ DEMO: '1' });
await passerelle.start();
const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
try {
	const people = peopleOf(browser, passerelle, { locale: 'fr-FR', reducedMotion: 'reduce' });
	for (const screen of drawn) {
		const page = await people.page(screen.as);
		await page.setViewportSize(looks[0].viewport);
		await page.emulateMedia({ colorScheme: 'light' });
		try {
			// A busy machine is slow once; a screen that cannot be shown twice is named, and does not hide the others.
			await show(people, screen).catch(() => show(people, screen));
		} catch (reason) {
			missing.push(`${screen.name}: ${String(reason).split('\n')[0]}`);
			continue;
		}
		for (const { name, viewport, colorScheme } of looks) {
			await page.setViewportSize(viewport);
			await page.emulateMedia({ colorScheme });
			await page.screenshot({ path: join(folder, `${screen.name}-${name}.png`), fullPage: true });
		}
	}
	writeFileSync(join(folder, 'index.html'), sheet());
	const page = await browser.newPage({ viewport: { width: 1800, height: 1000 } });
	await page.goto(`file://${join(folder, 'index.html')}`);
	await page.screenshot({ path: join(folder, 'planche.png'), fullPage: true });
} finally {
	await browser.close();
	await passerelle.remove();
}
console.log(`${drawn.length - missing.length} screens: screenshots/index.html, screenshots/planche.png`);
if (missing.length > 0) {
	console.error(`Not shown:\n${missing.join('\n')}`);
	process.exitCode = 1;
}

/** Each picture is cut where its column ends: a sheet is for looking at the whole, a picture for its details. */
function sheet(): string {
	const figures = screens.map(
		({ name, as }) =>
			`<figure><figcaption>${name} <small>${as}</small></figcaption><div>${looks
				.map(
					(look) =>
						`<a class="${look.name}" href="${name}-${look.name}.png"><img src="${name}-${look.name}.png" alt=""></a>`
				)
				.join('')}</div></figure>`
	);
	return `<!doctype html><html lang="fr"><meta charset="utf-8"><title>Passerelle, tous les écrans</title><style>
body { margin: 24px; background: #d9d9d6; font: 15px/1.4 sans-serif; display: grid; grid-template-columns: repeat(3, 1fr); gap: 24px }
figure { margin: 0 } div { display: grid; grid-template-columns: 5fr 2fr 5fr; gap: 6px; align-items: start }
a { display: block; height: 330px; overflow: hidden; background: #fff } img { width: 100%; display: block }
</style>${figures.join('\n')}</html>\n`;
}
