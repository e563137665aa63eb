/** The lines of server/domain/health.ts for a terminal; the page has its own, in three languages. */
import type { Line, Setting } from './domain/health.ts';
import type { Job } from './domain/job-runs.ts';

const jobNames: Record<Job, string> = {
	outbox: 'outbox, mail mostly',
	seals: 'sealing the journal',
	versions: 'automatic versions of texts',
	short_lived: 'forgetting what is short-lived',
	long_lived: 'forgetting what is over',
	journal_check: 'reading the journal again'
};

/** As it is when all is well, and else what to do. */
const settingWords: Record<Setting, [string, string]> = {
	mail: ['a mail server is set', 'no mail leaves: set SMTP_URL and MAIL_FROM'],
	origin: ['the address is https, or this machine', 'words travel in clear: set ORIGIN to an https address'],
	second_factor: [
		'a second factor is asked of those who run the platform',
		'a password alone opens the administration: set REQUIRE_SECOND_FACTOR=1'
	],
	contact: [
		'people know whom to write to',
		'people do not know whom to write to: settings:set contactName="…" contactEmail=…'
	],
	demo: ['no demonstration', 'the demonstration is there: demo:purge before real people come'],
	embedded: [
		'the database suits this installation',
		'the embedded database does not survive a power cut: set DATABASE_URL to a PostgreSQL'
	]
};

export function inWords(line: Line): string {
	const isOk = line.state === 'ok';
	switch (line.name) {
		case 'application':
			return `Passerelle ${line.version}, Node ${line.node}`;
		case 'uptime':
			return `this server: since ${line.since}`;
		case 'database':
			return `database: ${line.kind === 'embedded' ? 'embedded PostgreSQL' : 'PostgreSQL'} ${line.version}, ${megabytes(line.bytes)}`;
		case 'query':
			return `a small query: ${line.ms} ms${isOk ? '' : '; the database is slow, or far away'}`;
		case 'migrations':
			return `tables: last change ${line.last ?? 'none'}, ${line.pending} not applied${isOk ? '' : ': run migrate, or start again'}`;
		case 'disk':
			return `disk of DATA_DIR: ${megabytes(line.free_bytes)} free${isOk ? '' : ': make room'}`;
		case 'bus':
			return `bus: ${line.kind}${isOk ? '' : '; the other servers are not heard: see “Several nodes” in docs/operations.md'}`;
		case 'rooms':
			return `now, on this server: ${line.people} people, ${line.rooms} texts open, ${megabytes(line.bytes)}`;
		case 'mail':
			return `mail: ${line.waiting} waiting, ${line.failed} given up${isOk ? '' : ': see /administration/courrier'}`;
		case 'job':
			return `${jobNames[line.job]}: last ${line.ranAt ?? 'never'}${troubles(line)}`;
		case 'journal':
			return `${jobNames.journal_check}: last ${line.checkedAt ?? 'never'}${
				line.problems ? `, ${line.problems} problems: run audit:verify` : ''
			}${troubles({ ...line, hasFailed: line.state === 'attention' })}`;
		case 'setting':
			return settingWords[line.setting][isOk ? 0 : 1];
	}
}

function troubles({ isLate, hasFailed }: { isLate: boolean; hasFailed: boolean }): string {
	if (isLate) return '; late: is a server running?';
	return hasFailed ? '; the last try failed, the log says why' : '';
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
