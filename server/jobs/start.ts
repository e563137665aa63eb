/** What a process does beside answering: the outbox, and forgetting what is over. */
import type { App } from '../app.ts';
import * as journal from '../domain/journal.ts';
import { keepAutomatic } from '../domain/live-versions.ts';
import { mailHandlers, smtpTransport } from './mail.ts';
import { startOutbox } from './outbox.ts';
import { forget, longLived, shortLived } from './retention.ts';

const sweep_ms = 10 * 60_000;
/** How often to look for texts of which a version is due. */
const versions_ms = 5 * 60_000;
/** What happened is sealed this long after its commit at most. */
const seal_ms = 2_000;

/** Call it once the address of the installation is known: the links of the mails begin with it. */
export function startJobs(app: App): { close(): Promise<void> } {
	const transport = smtpTransport(app.env);
	// In production mail waits for a server to be named, rather than be shown to somebody it was not written to.
	const demoOnly = app.env.production && !transport;
	if (demoOnly) app.log.warn('SMTP_URL is not set: mail waits in the outbox and is not sent');
	const outbox = startOutbox(app, mailHandlers(app, transport), { demoOnly });
	let forgetting: Promise<unknown> | null = null;
	let sweeps = 0;
	const sweep = setInterval(() => {
		const rules = ++sweeps % 6 === 0 ? { ...shortLived, ...longLived } : shortLived;
		forgetting ??= forget(app, rules).finally(() => (forgetting = null));
	}, sweep_ms);
	sweep.unref();
	const seen = new Map<string, number>();
	let keeping: Promise<unknown> | null = null;
	const versions = setInterval(() => {
		keeping ??= keepAutomatic(app.db, { seen })
			.catch((error: unknown) => app.log.warn({ err: error }, 'versions could not be kept'))
			.finally(() => (keeping = null));
	}, versions_ms);
	versions.unref();
	let sealing: Promise<unknown> | null = null;
	const seals = setInterval(() => {
		sealing ??= journal
			.seal(app.db)
			.catch((error: unknown) => app.log.warn({ err: error }, 'the journal could not be sealed'))
			.finally(() => (sealing = null));
	}, seal_ms);
	seals.unref();

	return {
		async close() {
			clearInterval(sweep);
			clearInterval(seals);
			clearInterval(versions);
			await Promise.all([outbox.close(), keeping, sealing, forgetting]);
		}
	};
}
