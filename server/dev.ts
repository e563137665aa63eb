/** `npm run dev`: the same two wires and the same database, on Vite's own server. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';

export function passerelleDev(): Plugin {
	return {
		name: 'passerelle:dev',
		apply: 'serve',
		async configureServer(vite) {
			const http = vite.httpServer;
			// Vitest and middleware mode have no server of their own.
			if (!http) return;
			// Imported at run time: a static import would be bundled into Vite's configuration.
			const load = (file: string) =>
				import(/* @vite-ignore */ pathToFileURL(resolve(vite.config.root, 'server', file)).href);
			const { readEnv } = (await load('env.ts')) as typeof import('./env.ts');
			const { openApp, provideApp } = (await load('app.ts')) as typeof import('./app.ts');
			const { prepare } = (await load('prepare.ts')) as typeof import('./prepare.ts');
			const { vitals } = (await load('health.ts')) as typeof import('./health.ts');
			const { openDoors } = (await load('doors.ts')) as typeof import('./doors.ts');
			const { startJobs } = (await load('jobs/start.ts')) as typeof import('./jobs/start.ts');
			const { welcome } = (await load('welcome.ts')) as typeof import('./welcome.ts');
			const { compileRegistry } = (await load(
				'reference/compile-registry.ts'
			)) as typeof import('./reference/compile-registry.ts');

			await compileRegistry();
			const app = await openApp(readEnv());
			app.vitals = () => vitals(app);
			provideApp(app);
			await prepare(app);
			http.once('listening', () => {
				const address = http.address();
				const port = typeof address === 'object' && address ? address.port : 0;
				for (const host of ['127.0.0.1', 'localhost', '[::1]'])
					app.origins.add(new URL(`http://${host}:${port}`).origin);
				void welcome(app, `http://localhost:${port}`).then((words) => vite.config.logger.info(words));
			});
			const doors = openDoors(http as import('node:http').Server, app, { exclusive: false });
			const jobs = startJobs(app);
			http.once('close', () => {
				void Promise.all([doors.close(), jobs.close()]).then(() => app.close());
			});
		}
	};
}
