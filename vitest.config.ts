import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { installedChromium } from './tests/support/chromium.ts';

export default defineConfig({
	test: {
		// Each test file may hold an embedded database of half a gigabyte.
		maxWorkers: 2,
		pool: 'forks',
		projects: [
			{
				extends: true,
				test: {
					name: 'unit',
					include: [
						'server/**/*.test.ts',
						'migrations/**/*.test.ts',
						'src/lib/**/*.test.ts',
						'tests/{support,unit}/**/*.test.ts'
					],
					exclude: ['**/*.component.test.ts'],
					testTimeout: 20_000,
					hookTimeout: 60_000
				}
			},
			{
				// Every route at once; some of them bring a component.
				extends: true,
				plugins: [svelte({ configFile: false })],
				test: {
					name: 'doors',
					include: ['tests/doors/**/*.test.ts'],
					testTimeout: 120_000,
					hookTimeout: 120_000
				}
			},
			{
				// The components of the design system, in a real browser.
				plugins: [svelte({ configFile: false })],
				optimizeDeps: { include: ['vitest-browser-svelte'] },
				test: {
					name: 'components',
					include: ['src/lib/ui/**/*.component.test.ts'],
					setupFiles: ['./tests/support/components.ts'],
					testTimeout: 10_000,
					browser: {
						enabled: true,
						headless: true,
						screenshotFailures: false,
						viewport: { width: 1280, height: 800 },
						provider: playwright({
							launchOptions: { executablePath: installedChromium(), args: ['--no-sandbox'] },
							contextOptions: { locale: 'fr-FR', reducedMotion: 'reduce' }
						}),
						instances: [{ browser: 'chromium' }]
					}
				}
			},
			{
				extends: true,
				test: {
					name: 'attacks',
					include: ['tests/attacks/**/*.test.ts'],
					testTimeout: 30_000,
					hookTimeout: 180_000
				}
			},
			{
				extends: true,
				test: {
					name: 'faults',
					include: ['tests/faults/**/*.test.ts'],
					testTimeout: 300_000,
					hookTimeout: 120_000
				}
			}
		]
	}
});
