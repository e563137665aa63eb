/** One interface per table, written by hand; a test compares them with the live schema. */
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { AppointmentRole, MembershipRole } from '#lib/contract/roles.ts';
import type { CaseState } from '#lib/contract/cases.ts';
import type { Locale } from '#lib/contract/locales.ts';

/** A timestamptz: read as a Date, written as one, by default now(). */
type Moment = ColumnType<Date, Date | string | undefined, Date | string>;
type MomentOrNull = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
/** A date without time, as 'YYYY-MM-DD' on both engines. */
type Day = ColumnType<string, string, string>;
/** jsonb is read parsed and written as JSON text. */
type Json<T> = ColumnType<T, string, string>;

export type OrganisationKind =
	| 'region'
	| 'department'
	| 'intercommunality'
	| 'commune'
	| 'special'
	| 'association'
	| 'state'
	| 'agency'
	| 'company'
	| 'foreign_authority'
	| 'other';

export interface OrganisationsTable {
	id: Generated<string>;
	kind: OrganisationKind;
	code: string | null;
	name: string;
	siren: string | null;
	department_code: string | null;
	department_name: string | null;
	region_name: string | null;
	population: number | null;
	search_text: string;
	is_demo: Generated<boolean>;
	created_at: Moment;
}

export interface MembersTable {
	id: Generated<string>;
	email: string;
	name: string;
	password_hash: string;
	locale: Generated<Locale>;
	is_demo: Generated<boolean>;
	created_at: Moment;
	suspended_at: MomentOrNull;
	email_verified_at: MomentOrNull;
}

export interface MembershipsTable {
	id: Generated<string>;
	member_id: string;
	organisation_id: string;
	role: MembershipRole;
	is_demo: Generated<boolean>;
	started_at: Moment;
	ended_at: MomentOrNull;
}

export interface AppointmentsTable {
	id: Generated<string>;
	member_id: string;
	role: AppointmentRole;
	is_demo: Generated<boolean>;
	started_at: Moment;
	ended_at: MomentOrNull;
}

export interface SessionsTable {
	id: string;
	secret_hash: Uint8Array;
	member_id: string;
	created_at: Moment;
	verified_at: Moment;
	device: string | null;
	second_factor_due: Generated<boolean>;
}

export interface SecondFactorsTable {
	member_id: string;
	secret: Uint8Array;
	last_step: number | null;
	created_at: Moment;
	confirmed_at: MomentOrNull;
}

export interface RecoveryCodesTable {
	id: Generated<string>;
	member_id: string;
	code_hash: Uint8Array;
	created_at: Moment;
	used_at: MomentOrNull;
}

export interface InvitationsTable {
	id: Generated<string>;
	email: string;
	organisation_id: string;
	role: MembershipRole;
	locale: Locale;
	invited_by: string | null;
	is_demo: Generated<boolean>;
	invited_at: Moment;
	expires_at: ColumnType<Date, Date | string>;
	accepted_at: MomentOrNull;
	accepted_by: string | null;
	withdrawn_at: MomentOrNull;
}

export type TokenPurpose =
	'invitation' | 'password_reset' | 'email_verification' | 'email_change' | 'sign_in';

export interface OneTimeTokensTable {
	id: string;
	purpose: TokenPurpose;
	secret_hash: Uint8Array;
	member_id: string | null;
	invitation_id: string | null;
	email: string;
	created_at: Moment;
	expires_at: ColumnType<Date, Date | string>;
	used_at: MomentOrNull;
}

export interface OutboxTable {
	id: GeneratedAlways<number>;
	kind: string;
	payload: ColumnType<Record<string, unknown>, string | undefined, string>;
	dedupe_key: string;
	is_demo: Generated<boolean>;
	attempts: Generated<number>;
	created_at: Moment;
	run_after: Moment;
	last_error: string | null;
	sent_at: MomentOrNull;
	kept_at: MomentOrNull;
	kept: ColumnType<Record<string, unknown> | null, string | null | undefined, string | null>;
	failed_at: MomentOrNull;
}

export interface RateLimitsTable {
	key: string;
	points: Generated<number>;
	expire: number | null;
}

export interface CountersTable {
	key: string;
	value: number;
}

export interface EventsTable {
	id: GeneratedAlways<number>;
	name: string;
	actor_id: string | null;
	data: ColumnType<Record<string, unknown>, string | undefined, string>;
	is_demo: Generated<boolean>;
	happened_at: Moment;
}

export interface ModalitiesTable {
	slug: string;
	position: number;
	name_fr: string;
	name_en: string;
	name_es: string;
	targets: Generated<string[]>;
}

export interface TargetsTable {
	code: string;
	goal: number;
	position: number;
	name_fr: string;
	name_en: string;
	name_es: string;
	text_fr: string;
	text_en: string;
	text_es: string;
	deadline: number | null;
}

export interface CountriesTable {
	code: string;
	name_fr: string;
	name_en: string;
	name_es: string;
}

export interface ReferenceImportsTable {
	name: string;
	digest: string;
	imported_at: Moment;
}

export interface ThemesTable {
	slug: string;
	name: string;
	launch_year: number;
	introduction: string;
	president: string;
	is_demo: Generated<boolean>;
}

export interface ThemeSubjectsTable {
	id: Generated<string>;
	theme_slug: string;
	position: number;
	text: string;
	is_demo: Generated<boolean>;
}

export interface MilestonesTable {
	id: Generated<string>;
	theme_slug: string;
	happened_on: Day;
	precision: 'year' | 'month' | 'day';
	title: string;
	text: Generated<string>;
	is_demo: Generated<boolean>;
}

export interface LiveDocumentsTable {
	id: Generated<string>;
	kind: 'case' | 'bench';
	snapshot: Uint8Array | null;
	compacted_at: MomentOrNull;
	frozen_at: MomentOrNull;
	is_demo: Generated<boolean>;
	created_at: Moment;
}

export interface LiveUpdatesTable {
	document_id: string;
	seq: GeneratedAlways<number>;
	member_id: string | null;
	data: Uint8Array;
	created_at: Moment;
}

export interface LiveUpdateArchiveTable {
	document_id: string;
	seq: number;
	member_id: string | null;
	data: Uint8Array;
	/** Copied from the update, not the moment of archiving. */
	created_at: ColumnType<Date, Date | string>;
}

export interface LiveClientsTable {
	document_id: string;
	client_id: number;
	member_id: string;
}

export type LiveVersionKind = 'automatic' | 'named' | 'submitted' | 'published' | 'before_restore';

export interface LiveVersionsTable {
	id: Generated<string>;
	document_id: string;
	kind: LiveVersionKind;
	label: string | null;
	state: Uint8Array;
	text_hash: string;
	created_by: string | null;
	created_at: Moment;
	base_at: MomentOrNull;
}

export interface CasesTable {
	id: Generated<string>;
	reference: string;
	document_id: string;
	state: Generated<CaseState>;
	language: Generated<Locale>;
	title: Generated<string>;
	summary: Generated<string>;
	created_by: string | null;
	client_key: string;
	is_demo: Generated<boolean>;
	created_at: Moment;
	updated_at: Moment;
}

export interface CaseOrganisationsTable {
	case_id: string;
	organisation_id: string;
	role: 'pilot' | 'partner';
	added_by: string | null;
	added_at: Moment;
}

export interface CaseTransitionsTable {
	id: GeneratedAlways<number>;
	case_id: string;
	from_state: CaseState | null;
	to_state: CaseState;
	actor_id: string | null;
	reason: string | null;
	happened_at: Moment;
}

export interface SubmissionsTable {
	id: Generated<string>;
	case_id: string;
	round: number;
	content: string;
	hash: string;
	submitted_by: string | null;
	organisation_id: string | null;
	submitted_at: Moment;
	withdrawn_at: MomentOrNull;
}

export interface ReviewsTable {
	id: Generated<string>;
	submission_id: string;
	reviewer_id: string | null;
	started_at: Moment;
	decision: 'changes_requested' | 'published' | null;
	reason: string | null;
	decided_at: MomentOrNull;
}

export interface CaseVersionsTable {
	id: Generated<string>;
	case_id: string;
	number: number;
	submission_id: string;
	hash: string;
	title: string;
	summary: string;
	content: string;
	html: string;
	plain_text: string;
	modality: string | null;
	search_text: string;
	language: Locale;
	organisations: Json<{ id: string; name: string; role: 'pilot' | 'partner' }[]>;
	published_by_name: string;
	is_demo: Generated<boolean>;
	published_at: Moment;
}

export interface ThreadsTable {
	id: Generated<string>;
	case_id: string | null;
	title: string;
	visibility: 'public' | 'members' | 'case';
	author_id: string | null;
	organisation_id: string | null;
	last_number: Generated<number>;
	is_demo: Generated<boolean>;
	created_at: Moment;
	bumped_at: Moment;
}

export interface PostsTable {
	id: Generated<string>;
	thread_id: string;
	number: number;
	author_id: string | null;
	organisation_id: string | null;
	body: string;
	client_key: string;
	is_demo: Generated<boolean>;
	created_at: Moment;
}

export interface Database {
	organisations: OrganisationsTable;
	members: MembersTable;
	memberships: MembershipsTable;
	appointments: AppointmentsTable;
	sessions: SessionsTable;
	second_factors: SecondFactorsTable;
	recovery_codes: RecoveryCodesTable;
	invitations: InvitationsTable;
	one_time_tokens: OneTimeTokensTable;
	outbox: OutboxTable;
	rate_limits: RateLimitsTable;
	counters: CountersTable;
	events: EventsTable;
	modalities: ModalitiesTable;
	targets: TargetsTable;
	countries: CountriesTable;
	reference_imports: ReferenceImportsTable;
	themes: ThemesTable;
	theme_subjects: ThemeSubjectsTable;
	milestones: MilestonesTable;
	live_documents: LiveDocumentsTable;
	live_updates: LiveUpdatesTable;
	live_update_archive: LiveUpdateArchiveTable;
	live_clients: LiveClientsTable;
	live_versions: LiveVersionsTable;
	cases: CasesTable;
	case_organisations: CaseOrganisationsTable;
	case_transitions: CaseTransitionsTable;
	submissions: SubmissionsTable;
	reviews: ReviewsTable;
	case_versions: CaseVersionsTable;
	threads: ThreadsTable;
	posts: PostsTable;
}
