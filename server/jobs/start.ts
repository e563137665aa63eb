/** What a process does beside answering: the outbox, and forgetting what is over. */
import type { App } from '../app.ts';
import * as jobRuns from '../domain/job-runs.ts';
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
/** The whole journal is read again by one process a day. */
const check_ms = 20 * 3_600_000;
/** What is done every few seconds is not written down each time. */
const noted_ms = 60_000;

/** Call it once the address of the installation is known: the links of the mails begin with it. */
export function startJobs(app: App): { close(): Promise<void> } {
	const transport = smtpTransport(app.env);
	// In production mail waits for a server to be named, rather than be shown to somebody it was not written to.
	const demoOnly = app.env.production && !transport;
	if (demoOnly) app.log.warn('SMTP_URL is not set: mail waits in the outbox and is not sent');
	const note = notebook(app);
	const begun = jobRuns
		.started(app.db)
		.catch((error: unknown) =>
			app.log.warn({ err: error }, 'the start of the jobs could not be written down')
		);
	const outbox = startOutbox(app, mailHandlers(app, transport), {
		demoOnly,
		looked: (isWell) => void note('outbox', isWell)
	});
	let forgetting: Promise<unknown> | null = null;
	let sweeps = 0;
	const sweep = setInterval(() => {
		const isHourly = ++sweeps % 6 === 0;
		forgetting ??= forgetOver(isHourly).finally(() => (forgetting = null));
	}, sweep_ms);
	sweep.unref();
	const seen = new Map<string, number>();
	let keeping: Promise<unknown> | null = null;
	const versions = setInterval(() => {
		keeping ??= keepAutomatic(app.db, { seen })
			.then(() => note('versions', true))
			.catch((error: unknown) => {
				app.log.warn({ err: error }, 'versions could not be kept');
				return note('versions', false);
			})
			.finally(() => (keeping = null));
	}, versions_ms);
	versions.unref();
	let sealing: Promise<unknown> | null = null;
	const seals = setInterval(() => {
		sealing ??= journal
			.seal(app.db)
			.then(() => note('seals', true))
			.catch((error: unknown) => {
				app.log.warn({ err: error }, 'the journal could not be sealed');
				return note('seals', false);
			})
			.finally(() => (sealing = null));
	}, seal_ms);
	seals.unref();

	async function forgetOver(isHourly: boolean): Promise<void> {
		await note('short_lived', await forget(app, shortLived));
		if (isHourly) await note('long_lived', await forget(app, longLived));
		await checkJournal(app);
	}

	return {
		async close() {
			clearInterval(sweep);
			clearInterval(seals);
			clearInterval(versions);
			await Promise.all([begun, outbox.close(), keeping, sealing, forgetting]);
			await note.written();
		}
	};
}

/** Once a day, by one process, on what was sealed so far. */
async function checkJournal({ db, log }: App): Promise<void> {
	try {
		if (!(await jobRuns.begin(db, 'journal_check', check_ms))) return;
		const { problems } = await journal.verify(db);
		if (problems.length > 0)
			log.error({ problems: problems.slice(0, 5) }, 'the journal was changed; see docs/operations.md');
		await jobRuns.ran(db, 'journal_check', { problems: problems.length });
	} catch (error) {
		log.warn({ err: error }, 'the journal could not be read again');
		await jobRuns.failed(db, 'journal_check').catch(() => {});
	}
}

interface Notebook {
	(job: jobRuns.Job, isWell: boolean): Promise<void>;
	/** What is being written down is. */
	written(): Promise<void>;
}

/** Writes down what was done, once a minute at most, and at once when it begins or ceases to fail. */
function notebook({ db, log }: App): Notebook {
	const noted = new Map<jobRuns.Job, { at: number; isWell: boolean }>();
	let writing = Promise.resolve();
	const note = (job: jobRuns.Job, isWell: boolean) => {
		const last = noted.get(job);
		if (last?.isWell === isWell && Date.now() - last.at < noted_ms) return Promise.resolve();
		noted.set(job, { at: Date.now(), isWell });
		writing = writing
			.then(() => (isWell ? jobRuns.ran(db, job) : jobRuns.failed(db, job)))
			.catch((error: unknown) => {
				// To be written down with the next run.
				noted.delete(job);
				log.debug({ err: error, job }, 'a run could not be written down');
			});
		return writing;
	};
	return Object.assign(note, { written: () => writing });
}
