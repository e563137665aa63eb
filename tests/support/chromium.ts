import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

/**
 * The path of a Chromium: CHROMIUM_PATH, the system's, or Playwright's own; installed when that is possible.
 * Undefined when there is none and none could be installed.
 */
export function findChromium(): string | undefined {
	return installedChromium() ?? (install() ? installedChromium() : undefined);
}

export function installedChromium(): string | undefined {
	const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
	const candidates = [
		process.env.CHROMIUM_PATH,
		...(process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))),
		'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
		'/Applications/Chromium.app/Contents/MacOS/Chromium',
		'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
		chromium.executablePath()
	];
	return candidates.find((path) => path && existsSync(path));
}

function install(): boolean {
	const isDebianRoot = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
	const [command, ...args] = isDebianRoot
		? ['sh', '-c', 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium']
		: ['npx', 'playwright', 'install', 'chromium'];
	console.log('No Chromium found: installing one…');
	return spawnSync(command!, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}
