import type { Logger } from 'pino';
import type { Env } from '../env.ts';
import type { Bus } from './bus.ts';
import { memoryBus } from './memory.ts';
import { postgresLink } from './postgres.ts';
import { redisLink } from './redis.ts';
import { sharedBus } from './shared.ts';

/** The bus that the settings ask for. It need not be there yet, or ever. */
export function openBus({ bus, databaseUrl }: Pick<Env, 'bus' | 'databaseUrl'>, log: Logger): Bus {
	if (bus === 'memory' || !databaseUrl)
		return memoryBus((error) => log.error({ err: error }, 'a bus listener failed'));
	if (bus === 'postgres') return sharedBus('postgres', postgresLink(databaseUrl), log);
	// Redis has one space of names for all: the database says whose this is.
	return sharedBus('redis', redisLink(bus, `passerelle:${new URL(databaseUrl).pathname.slice(1)}`), log);
}
