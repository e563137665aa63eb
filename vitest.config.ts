import { defineConfig } from 'vitest/config';

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
					testTimeout: 20_000,
					hookTimeout: 60_000
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
