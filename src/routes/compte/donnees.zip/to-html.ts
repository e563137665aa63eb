/** What the platform knows of somebody, as a page that reads alone: no script, nothing fetched. */
import { momentInWords } from '#lib/ui/moment.svelte';
import { getLocale } from '#lib/paraglide/runtime.js';
import { m } from '#lib/paraglide/messages.js';
import type { PersonalData } from '#server/domain/personal-data.ts';

const titles: Record<string, () => string> = {
	members: m.data_members,
	profiles: m.data_profiles,
	consents: m.data_consents,
	memberships: m.data_memberships,
	appointments: m.data_appointments,
	sessions: m.data_sessions,
	organisations: m.data_organisations,
	organisation_domains: m.data_organisation_domains,
	suspensions: m.data_suspensions,
	join_requests: m.data_join_requests,
	identities: m.data_identities,
	passkeys: m.data_passkeys,
	sign_ons: m.data_sign_ons,
	case_guests: m.data_case_guests,
	second_factors: m.data_second_factors,
	recovery_codes: m.data_recovery_codes,
	one_time_tokens: m.data_one_time_tokens,
	invitations: m.data_invitations,
	outbox: m.data_outbox,
	events: m.data_events,
	cases: m.data_cases,
	case_organisations: m.data_case_organisations,
	case_transitions: m.data_case_transitions,
	submissions: m.data_submissions,
	reviews: m.data_reviews,
	threads: m.data_threads,
	posts: m.data_posts,
	live_versions: m.data_live_versions,
	live_updates: m.data_live_updates,
	live_update_archive: m.data_live_update_archive,
	live_clients: m.data_live_clients
};

export function toHtml(data: PersonalData): string {
	const sections = Object.entries(data.tables).map(([table, rows]) => {
		const kept = Object.entries(data.notGiven[table] ?? {});
		return (
			`<section><h2>${escape(titles[table]?.() ?? table)}</h2>` +
			(rows.length === 0 ? `<p>${escape(m.data_none())}</p>` : rows.map(row).join('')) +
			(kept.length === 0
				? ''
				: `<details><summary>${escape(m.data_not_given())}</summary><dl lang="en">${kept
						.map(([column, why]) => pair(column, why))
						.join('')}</dl></details>`) +
			'</section>'
		);
	});
	return (
		`<!doctype html>\n<html lang="${getLocale()}"><head><meta charset="utf-8">` +
		`<meta name="viewport" content="width=device-width"><title>${escape(m.export_title())}</title>` +
		`<style>body{max-width:48rem;margin:0 auto;padding:1.5rem;font:1rem/1.5 sans-serif;color:#1b2427}` +
		`dl{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.25rem 1rem;margin:0 0 1rem;padding-top:.5rem;` +
		`border-top:1px solid #ccc}dt{font-weight:600}dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}</style></head>` +
		`<body><h1>${escape(m.export_title())}</h1>` +
		`<p>${escape(m.data_made({ date: momentInWords(data.exportedAt, { time: true }) }))}</p>${sections.join('')}</body></html>\n`
	);
}

const row = (columns: Record<string, unknown>) =>
	`<dl>${Object.entries(columns)
		.map(([column, value]) => pair(column, words(value)))
		.join('')}</dl>`;

const pair = (term: string, text: string) => `<dt>${escape(term)}</dt><dd>${escape(text)}</dd>`;

function words(value: unknown): string {
	if (value === null || value === undefined || value === '') return '–';
	if (value instanceof Date) return momentInWords(value, { time: true });
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function escape(text: string): string {
	const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
	return text.replace(/[&<>"]/g, (sign) => entities[sign]!);
}
