/** What a database needs before anyone comes in: its tables, the reference data, and once, the demonstration. */
import type { App } from './app.ts';
import { migrate } from './database/migrate.ts';
import { demoIsDue, loadDemo } from './demo/load.ts';
import { importReference } from './reference/import.ts';

export async function prepare(app: App): Promise<void> {
	const applied = await migrate(app.db);
	if (applied.length > 0) app.log.info({ applied }, 'migrations applied');
	await importReference(app.db, app.log);
	if (app.env.demo && (await demoIsDue(app.db))) await loadDemo(app);
}
