/** The lines of server/domain/health.ts in words; server/health-words.ts has those of the command line. */
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { momentInWords } from '#lib/ui/moment.svelte';
import type { Line, Setting, State } from '#server/domain/health.ts';

export interface Words {
	title: string;
	text: string;
	/** Only when it is not in order. */
	todo?: string;
	/** Where that is done. */
	href?: string;
}

export const stateWords = {
	ok: { tone: 'positive', label: m.health_state_ok },
	attention: { tone: 'warning', label: m.health_state_attention },
	broken: { tone: 'danger', label: m.health_state_broken }
} as const satisfies Record<State, object>;

/** In the order of the page. */
export const groups: { title: () => string; names: Line['name'][] }[] = [
	{
		title: m.health_group_installation,
		names: ['application', 'uptime', 'database', 'query', 'migrations', 'disk']
	},
	{ title: m.health_group_now, names: ['rooms', 'bus'] },
	{ title: m.health_group_jobs, names: ['mail', 'job', 'journal'] },
	{ title: m.health_group_settings, names: ['setting'] }
];

const jobTitles: Record<Extract<Line, { name: 'job' }>['job'], () => string> = {
	outbox: m.health_job_outbox,
	seals: m.health_job_seals,
	versions: m.health_job_versions,
	short_lived: m.health_job_short_lived,
	long_lived: m.health_job_long_lived
};
const settings: Record<
	Setting,
	{ title: () => string; ok: () => string; missing: () => string; todo: () => string; href?: string }
> = {
	mail: {
		title: m.health_setting_mail,
		ok: m.health_setting_mail_ok,
		missing: m.health_setting_mail_missing,
		todo: m.health_setting_mail_todo
	},
	origin: {
		title: m.health_setting_origin,
		ok: m.health_setting_origin_ok,
		missing: m.health_setting_origin_missing,
		todo: m.health_setting_origin_todo
	},
	second_factor: {
		title: m.health_setting_second_factor,
		ok: m.health_setting_second_factor_ok,
		missing: m.health_setting_second_factor_missing,
		todo: m.health_setting_second_factor_todo
	},
	contact: {
		title: m.health_setting_contact,
		ok: m.health_setting_contact_ok,
		missing: m.health_setting_contact_missing,
		todo: m.health_setting_contact_todo,
		href: '/administration/reglages'
	},
	demo: {
		title: m.health_setting_demo,
		ok: m.health_setting_demo_ok,
		missing: m.health_setting_demo_missing,
		// The catalogue would take its colon for a badly set one.
		todo: () => m.health_setting_demo_todo({ command: 'npm run cli -- demo:purge' })
	},
	embedded: {
		title: m.health_setting_embedded,
		ok: m.health_setting_embedded_ok,
		missing: m.health_setting_embedded_missing,
		todo: m.health_setting_embedded_todo
	}
};
const carriers = { memory: '', postgres: 'PostgreSQL', redis: 'Redis' };

export function inWords(line: Line): Words {
	const isOk = line.state === 'ok';
	const number = (value: number) => new Intl.NumberFormat(getLocale()).format(value);
	switch (line.name) {
		case 'application':
			return { title: m.health_application(), text: m.health_application_text(line) };
		case 'uptime':
			return { title: m.health_uptime(), text: m.health_uptime_text({ date: moment(line.since) }) };
		case 'database': {
			const said = { version: line.version, size: size(line.bytes) };
			return {
				title: m.health_database(),
				text: line.kind === 'embedded' ? m.health_database_embedded(said) : m.health_database_postgres(said)
			};
		}
		case 'query':
			return {
				title: m.health_query(),
				text: m.health_query_text({ ms: number(line.ms) }),
				todo: isOk ? undefined : m.health_query_todo()
			};
		case 'migrations':
			return {
				title: m.health_migrations(),
				text: m.health_migrations_text({ name: line.last ?? '–', count: line.pending }),
				todo: isOk ? undefined : m.health_migrations_todo({ command: 'npm run cli -- migrate' })
			};
		case 'disk':
			return {
				title: m.health_disk(),
				text: m.health_disk_text({ size: size(line.free_bytes) }),
				todo: isOk ? undefined : m.health_disk_todo()
			};
		case 'bus': {
			const kind = carriers[line.kind];
			return {
				title: m.health_bus(),
				text:
					line.kind === 'memory'
						? m.health_bus_memory()
						: isOk
							? m.health_bus_well({ kind })
							: m.health_bus_away({ kind }),
				todo: isOk ? undefined : m.health_bus_todo({ kind })
			};
		}
		case 'rooms':
			return {
				title: m.health_rooms(),
				text: m.health_rooms_text({
					people: number(line.people),
					rooms: number(line.rooms),
					size: size(line.bytes)
				})
			};
		case 'mail':
			return {
				title: m.health_mail(),
				text: m.health_mail_text({ waiting: number(line.waiting), failed: number(line.failed) }),
				todo: isOk ? undefined : m.health_mail_todo(),
				href: '/administration/courrier'
			};
		case 'job':
			return { title: jobTitles[line.job](), text: lastTime(line.ranAt), todo: trouble(line) };
		case 'journal':
			return {
				title: m.health_journal(),
				text: [lastTime(line.checkedAt), ...(line.problems === 0 ? [m.health_journal_whole()] : [])].join(
					'. '
				),
				todo: line.problems
					? m.health_journal_changed({ command: 'npm run cli -- audit:verify' })
					: trouble(line)
			};
		case 'setting': {
			const { title, ok, missing, todo, href } = settings[line.setting];
			return { title: title(), text: isOk ? ok() : missing(), todo: isOk ? undefined : todo(), href };
		}
	}
}

const moment = (date: string) => momentInWords(date, { time: true });
const lastTime = (date: string | null) => (date ? m.health_ran({ date: moment(date) }) : m.health_never());

function trouble({ isLate, state }: { isLate: boolean; state: State }): string | undefined {
	if (isLate) return m.health_late();
	return state === 'ok' ? undefined : m.health_failed();
}

function size(bytes: number): string {
	const [unit, divisor] =
		bytes >= 1e9
			? (['gigabyte', 1e9] as const)
			: bytes >= 1e6
				? (['megabyte', 1e6] as const)
				: (['kilobyte', 1e3] as const);
	return new Intl.NumberFormat(getLocale(), { style: 'unit', unit, maximumFractionDigits: 1 }).format(
		bytes / divisor
	);
}
