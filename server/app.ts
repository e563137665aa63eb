/** What one process opens once and lends to every door. */
import type { Kysely } from 'kysely';
import { pino, type Logger } from 'pino';
import { openProvider, type Provider } from './auth/provider.ts';
import type { Bus } from './bus/bus.ts';
import { openBus } from './bus/open.ts';
import type { Context, Who } from './context.ts';
import { openDatabase } from './database/connection.ts';
import type { Database } from './database/tables.ts';
import type { Held, Vitals } from './domain/health.ts';
import type { Env } from './env.ts';

export interface App {
	env: Env;
	db: Kysely<Database>;
	databaseKind: 'postgres' | 'embedded';
	bus: Bus;
	log: Logger;
	/** Origins a browser may write from. Filled once the port is known. */
	origins: Set<string>;
	/** People come over https: cookies are tied to the host, browsers are told to stay on https. */
	secure: boolean;
	/** Through which people may sign in; null when there is none. */
	provider?: Provider | null;
	/** What the two wires hold now; undefined in a process that has none. */
	held?: () => Held;
	/** What this process knows of itself, for the page about health. */
	vitals?: () => Promise<Vitals>;
	contextFor(who: Who): Context;
	close(): Promise<void>;
}

export async function openApp(env: Env): Promise<App> {
	// On the error stream, so that what start prints for a person stays apart from what a collector reads.
	const log = pino(
		{ level: env.logLevel, base: undefined, timestamp: pino.stdTimeFunctions.isoTime },
		pino.destination(2)
	);
	const database = await openDatabase(env, log);
	const bus = openBus(env, log);
	return {
		env,
		db: database.db,
		databaseKind: database.kind,
		bus,
		log,
		origins: new Set(),
		secure: env.origin?.startsWith('https:') ?? false,
		provider: env.provider && openProvider(env.provider, log),
		contextFor: (who) => ({ who, db: database.db, bus }),
		async close() {
			await bus.close();
			await database.close();
		}
	};
}

// Modules are loaded twice (natively here, bundled in the build); the process shares its one App through this key.
const key = Symbol.for('passerelle.app');
type Holder = { [key]?: App };

export function provideApp(app: App | undefined): void {
	(globalThis as Holder)[key] = app;
}

export function providedApp(): App {
	const app = (globalThis as Holder)[key];
	if (!app) throw new Error('start through server/main.ts or npm run dev');
	return app;
}
