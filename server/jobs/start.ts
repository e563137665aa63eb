/** What a process does beside answering: the outbox, and forgetting what is over. */
import type { App } from '../app.ts';
import { forgetExpiredTokens } from '../auth/tokens.ts';
import { forgetOld, keepAutomatic } from '../domain/live-versions.ts';
import { mailHandlers, smtpTransport } from './mail.ts';
import { startOutbox } from './outbox.ts';

const sweep_ms = 3_600_000;
/** How often to look for texts of which a version is due. */
const versions_ms = 5 * 60_000;
const day_ms = 24 * 3_600_000;
/** Long enough for somebody to ask what became of a mail. */
const kept_ms = 30 * day_ms;

/** Call it once the address of the installation is known: the links of the mails begin with it. */
export function startJobs(app: App): { close(): Promise<void> } {
	const transport = smtpTransport(app.env);
	// In production mail waits for a server to be named, rather than be shown to somebody it was not written to.
	const demoOnly = app.env.production && !transport;
	if (demoOnly) app.log.warn('SMTP_URL is not set: mail waits in the outbox and is not sent');
	const outbox = startOutbox(app, mailHandlers(app, transport), { demoOnly });
	const sweep = setInterval(() => {
		forget(app).catch((error: unknown) => app.log.warn({ err: error }, 'old jobs could not be forgotten'));
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
	return {
		async close() {
			clearInterval(sweep);
			clearInterval(versions);
			await Promise.all([outbox.close(), keeping]);
		}
	};
}

async function forget({ db }: App, now = Date.now()): Promise<void> {
	await forgetExpiredTokens(db, now);
	await forgetOld(db, now);
	const over = new Date(now - kept_ms);
	await db
		.deleteFrom('outbox')
		.where((eb) => eb.or([eb('sent_at', '<', over), eb('kept_at', '<', over), eb('failed_at', '<', over)]))
		.execute();
}
