/**
 * Everything the database holds about one person, for that person. Every table is named here, and every column of those
 * that hold something personal; a test compares with the live schema.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { reauthenticate } from '../auth/reauthenticate.ts';
import type { Context } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { record } from '../events.ts';
import { consume, type Limit } from '../rate-limits.ts';

interface Person {
	id: string;
	email: string;
}
interface Personal {
	/** Which rows are about them. */
	of(person: Person): RawBuilder<boolean>;
	given: string[];
	/** Column → why it is not given. */
	kept: Record<string, string>;
	/** Rows too many and too small to be read one by one: these are given instead. */
	summary?: string;
}
interface Impersonal {
	because: string;
}

const byMember = ({ id }: Person) => sql<boolean>`member_id = ${id}`;
const secret = 'a secret, or its digest';
const reference = { because: 'reference data' };
const common = { because: 'the work of organisations; who did what in it is given by other tables' };

export const tables: Record<keyof Database, Personal | Impersonal> = {
	members: {
		of: ({ id }) => sql`id = ${id}`,
		given: ['id', 'email', 'name', 'locale', 'is_demo', 'created_at', 'suspended_at', 'email_verified_at'],
		kept: { password_hash: secret }
	},
	profiles: {
		of: byMember,
		given: [
			'occupation',
			'phone',
			'biography',
			'languages',
			'email_shown_to',
			'occupation_shown_to',
			'phone_shown_to',
			'biography_shown_to',
			'languages_shown_to',
			'updated_at'
		],
		kept: { member_id: 'given with the account' }
	},
	consents: {
		of: byMember,
		given: ['id', 'subject', 'version', 'given_at', 'withdrawn_at'],
		kept: { member_id: 'given with the account' }
	},
	memberships: {
		of: byMember,
		given: [
			'id',
			'organisation_id',
			'role',
			'started_at',
			'ended_at',
			'voice_at',
			'suspended_at',
			'end_reason'
		],
		kept: {
			ended_by: 'somebody else, named by the journal',
			member_id: 'given with the account',
			is_demo: 'given with the account'
		}
	},
	appointments: {
		of: byMember,
		given: ['id', 'role', 'theme_slug', 'started_at', 'ended_at', 'end_reason'],
		kept: {
			given_by: 'somebody else, named by the journal',
			ended_by: 'somebody else, named by the journal',
			member_id: 'given with the account',
			is_demo: 'given with the account'
		}
	},
	sessions: {
		of: byMember,
		given: ['created_at', 'verified_at', 'device', 'second_factor_due', 'proved_at', 'is_strong'],
		kept: { id: secret, secret_hash: secret, id_token: secret, member_id: 'given with the account' }
	},
	identities: {
		of: byMember,
		given: ['id', 'issuer', 'subject', 'created_at', 'used_at'],
		kept: { member_id: 'given with the account' }
	},
	passkeys: {
		of: byMember,
		given: ['id', 'name', 'transports', 'created_at', 'used_at'],
		kept: {
			member_id: 'given with the account',
			credential_id: secret,
			public_key: secret,
			counter: secret
		}
	},
	sign_ons: {
		of: ({ email }) => sql`claims ->> 'email' = ${email}`,
		given: ['return_to', 'created_at', 'answered_at', 'claims'],
		kept: { id: secret, state: secret, nonce: secret, verifier: secret, id_token: secret }
	},
	case_guests: {
		of: ({ id, email }) => sql`(email = ${email} or member_id = ${id})`,
		given: [
			'id',
			'case_id',
			'email',
			'member_id',
			'parts',
			'invited_by',
			'invited_at',
			'ended_by',
			'ended_at'
		],
		kept: {}
	},
	mailed_codes: { because: 'digests of codes, gone within the hour' },
	passkey_challenges: { because: 'what a device is asked to sign, gone within the hour' },
	second_factors: {
		of: byMember,
		given: ['created_at', 'confirmed_at'],
		kept: { member_id: 'given with the account', secret, last_step: secret }
	},
	recovery_codes: {
		of: byMember,
		given: ['created_at', 'used_at'],
		kept: { id: secret, member_id: 'given with the account', code_hash: secret }
	},
	one_time_tokens: {
		of: ({ id, email }) => sql`(member_id = ${id} or email = ${email})`,
		given: ['purpose', 'email', 'created_at', 'expires_at', 'used_at'],
		kept: {
			id: secret,
			secret_hash: secret,
			member_id: 'given with the account',
			invitation_id: 'given with the invitation'
		}
	},
	invitations: {
		of: ({ id, email }) => sql`(email = ${email} or accepted_by = ${id})`,
		given: [
			'id',
			'email',
			'organisation_id',
			'role',
			'locale',
			'invited_by',
			'invited_at',
			'expires_at',
			'accepted_at',
			'accepted_by',
			'withdrawn_at'
		],
		kept: { is_demo: 'given with the account' }
	},
	outbox: {
		of: ({ id, email }) =>
			sql`(member_id = ${id} or payload ->> 'memberId' = ${id} or payload ->> 'email' = ${email})`,
		given: ['id', 'kind', 'created_at', 'attempts', 'sent_at', 'kept_at', 'failed_at', 'last_error'],
		kept: {
			payload: 'whom to write to, which is this person',
			dedupe_key: 'made of the columns that are given',
			is_demo: 'given with the account',
			run_after: 'of the next try, which changes with each',
			kept: 'a letter with its link, which opens the account',
			member_id: 'given with the account'
		}
	},
	events: {
		of: ({ id }) => sql`(actor_id = ${id} or data ->> 'memberId' = ${id})`,
		given: ['id', 'name', 'actor_id', 'organisation_id', 'data', 'happened_at'],
		kept: { is_demo: 'given with the account' }
	},
	cases: {
		of: ({ id }) => sql`created_by = ${id}`,
		given: [
			'id',
			'reference',
			'theme_slug',
			'state',
			'language',
			'title',
			'summary',
			'created_at',
			'updated_at'
		],
		kept: {
			document_id: 'where its text is, which is common',
			created_by: 'given with the account',
			client_key: 'made by the browser, means nothing',
			is_demo: 'given with the account'
		}
	},
	case_organisations: {
		of: ({ id }) => sql`added_by = ${id}`,
		given: ['case_id', 'organisation_id', 'role', 'added_at'],
		kept: { added_by: 'given with the account' }
	},
	case_transitions: {
		of: ({ id }) => sql`actor_id = ${id}`,
		given: ['id', 'case_id', 'from_state', 'to_state', 'organisation_id', 'reason', 'happened_at'],
		kept: { actor_id: 'given with the account' }
	},
	submissions: {
		of: ({ id }) => sql`submitted_by = ${id}`,
		given: ['id', 'case_id', 'round', 'hash', 'organisation_id', 'submitted_at', 'withdrawn_at'],
		kept: { content: 'the text of the case, which is common', submitted_by: 'given with the account' }
	},
	reviews: {
		of: ({ id }) => sql`reviewer_id = ${id}`,
		given: ['id', 'submission_id', 'organisation_id', 'started_at', 'decision', 'reason', 'decided_at'],
		kept: { reviewer_id: 'given with the account' }
	},
	threads: {
		of: ({ id }) => sql`author_id = ${id}`,
		given: [
			'id',
			'case_id',
			'kind',
			'title',
			'language',
			'visibility',
			'organisation_id',
			'last_number',
			'created_at',
			'bumped_at'
		],
		kept: { author_id: 'given with the account', is_demo: 'given with the account' }
	},
	posts: {
		of: ({ id }) => sql`author_id = ${id}`,
		given: ['id', 'thread_id', 'number', 'organisation_id', 'body', 'language', 'created_at'],
		kept: {
			author_id: 'given with the account',
			client_key: 'made by the browser, means nothing',
			is_demo: 'given with the account'
		}
	},
	live_versions: {
		of: ({ id }) => sql`created_by = ${id}`,
		given: ['id', 'document_id', 'kind', 'label', 'text_hash', 'created_at', 'base_at'],
		kept: { state: 'the text of the case, which is common', created_by: 'given with the account' }
	},
	live_updates: {
		of: byMember,
		given: ['document_id', 'created_at'],
		summary:
			'document_id, count(*)::int as updates, sum(length(data))::int as bytes, min(created_at) as first, max(created_at) as last',
		kept: {
			seq: 'a number',
			member_id: 'given with the account',
			data: 'keystrokes in a text that is common: how many, and when'
		}
	},
	live_update_archive: {
		of: byMember,
		given: ['document_id', 'created_at'],
		summary:
			'document_id, count(*)::int as updates, sum(length(data))::int as bytes, min(created_at) as first, max(created_at) as last',
		kept: {
			seq: 'a number',
			member_id: 'given with the account',
			data: 'keystrokes in a text that is common: how many, and when'
		}
	},
	live_clients: {
		of: byMember,
		given: ['document_id'],
		summary: 'document_id, count(*)::int as tabs',
		kept: { client_id: 'a number drawn by the browser', member_id: 'given with the account' }
	},
	unsealed_events: { because: 'numbers of events' },
	event_seals: { because: 'digests of events' },
	rate_limits: { because: 'counts of tries under a digest, gone within a day' },
	counters: { because: 'numbers of references' },
	organisations: {
		of: ({ id }) => sql`added_by = ${id}`,
		given: ['id', 'kind', 'name', 'created_at'],
		kept: Object.fromEntries(
			[
				'code',
				'siren',
				'department_code',
				'department_name',
				'region_name',
				'population',
				'search_text',
				'name_words',
				'country_code',
				'stratum_from',
				'stratum_to',
				'edition',
				'succeeded_by',
				'ended_on',
				'is_demo',
				'added_by'
			].map((column) => [column, 'public facts about the organisation'])
		)
	},
	organisation_words: reference,
	organisation_former_names: reference,
	organisation_domains: {
		of: ({ id }) => sql`learnt_by = ${id}`,
		given: ['domain', 'organisation_id', 'learnt_at'],
		kept: { learnt_by: 'given with the account' }
	},
	suspensions: {
		of: byMember,
		given: ['id', 'organisation_id', 'reason', 'suspended_at', 'lifted_at', 'lift_reason'],
		kept: {
			member_id: 'given with the account',
			suspended_by: 'somebody else, named by the journal',
			lifted_by: 'somebody else, named by the journal',
			is_demo: 'given with the account'
		}
	},
	join_requests: {
		of: ({ id, email }) => sql`(member_id = ${id} or email = ${email})`,
		given: [
			'id',
			'organisation_id',
			'role',
			'email',
			'name',
			'locale',
			'message',
			'opened_at',
			'decision',
			'reason',
			'decided_at'
		],
		kept: {
			member_id: 'given with the account',
			password_hash: secret,
			decided_by: 'somebody else, named by the journal',
			is_demo: 'given with the account'
		}
	},
	modalities: reference,
	targets: reference,
	countries: reference,
	reference_imports: reference,
	job_runs: { because: 'when servers did what they do by themselves' },
	settings: { because: 'what the installation says of whoever runs it, to everybody' },
	themes: reference,
	theme_subjects: reference,
	milestones: reference,
	live_documents: common,
	case_versions: common
};

export interface PersonalData {
	/** ISO 8601, UTC. */
	exportedAt: string;
	tables: Record<string, Record<string, unknown>[]>;
	/** Table → its columns that are not given, and why. */
	notGiven: Record<string, Record<string, string>>;
	/** Table → why nothing in it is about somebody. */
	notPersonal: Record<string, string>;
}

/** It reads many tables. */
const exports: Limit = { points: 6, duration_s: 3600 };

/** @throws Forbidden to visitors; Invalid current_wrong; TooMany */
export async function exportOwn(context: Context, { current }: { current: string }): Promise<PersonalData> {
	const who = await reauthenticate(context, current);
	await consume(context.db, 'personal-data', who.id, exports);
	await record(context.db, context, 'data.exported', {});
	return collect(context.db, who.id);
}

export async function collect(db: Kysely<Database>, memberId: string): Promise<PersonalData> {
	const person = await db
		.selectFrom('members')
		.select(['id', 'email'])
		.where('id', '=', memberId)
		.executeTakeFirstOrThrow();
	const data: PersonalData = {
		exportedAt: new Date().toISOString(),
		tables: {},
		notGiven: {},
		notPersonal: {}
	};
	for (const [table, rule] of Object.entries(tables)) {
		if ('because' in rule) {
			data.notPersonal[table] = rule.because;
			continue;
		}
		const { summary, given } = rule;
		const { rows } = await sql<Record<string, unknown>>`
			select ${summary ? sql.raw(summary) : sql.join(given.map((column) => sql.ref(column)))}
			from ${sql.table(table)} where ${rule.of(person)}
			${summary ? sql`group by document_id` : sql``} order by 1`.execute(db);
		data.tables[table] = rows;
		data.notGiven[table] = rule.kept;
	}
	return data;
}
