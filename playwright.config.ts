import { defineConfig } from '@playwright/test';
import { findChromium } from './tests/support/chromium.ts';

export default defineConfig({
	testMatch: '**/*.e2e.ts',
	projects: [
		{ name: 'journeys', testDir: 'tests/journeys' },
		{ name: 'attacks', testDir: 'tests/attacks' }
	],
	// One set for every system: pictures are compared only by the Chromium that drew them.
	snapshotPathTemplate: 'tests/journeys/kept/{arg}{ext}',
	// Each file starts a server of its own, with its database: two at once fill two cores.
	workers: 2,
	timeout: 180_000,
	expect: { timeout: 10_000 },
	// Browsers on a busy machine: a journey that fails once is walked again, and reported as flaky.
	retries: process.env.CI ? 1 : 0,
	forbidOnly: Boolean(process.env.CI),
	reporter: 'list',
	use: {
		locale: 'fr-FR',
		actionTimeout: 15_000,
		trace: 'retain-on-failure',
		launchOptions: {
			executablePath: findChromium(),
			args: [
				'--no-sandbox',
				'--disable-quic',
				'--disable-background-networking',
				'--disable-component-update',
				'--disable-sync'
			]
		}
	}
});
