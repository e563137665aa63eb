/** One interface per table, written by hand; a test compares them with the live schema. */
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { AppointmentRole, MembershipRole } from '#lib/contract/roles.ts';
import type { Audience } from '#lib/contract/profiles.ts';
import type { CaseState } from '#lib/contract/cases.ts';
import type { Locale } from '#lib/contract/locales.ts';
import type { ThreadKind } from '#lib/contract/threads.ts';

/** A timestamptz: read as a Date, written as one, by default now(). */
type Moment = ColumnType<Date, Date | string | undefined, Date | string>;
type MomentOrNull = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
/** A date without time, as 'YYYY-MM-DD' on both engines. */
type Day = ColumnType<string, string, string>;
type DayOrNull = ColumnType<string | null, string | null | undefined, string | null>;
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
	name_words: GeneratedAlways<string | null>;
	country_code: string | null;
	/** Inhabitants: from so many … */
	stratum_from: number | null;
	/** … to fewer than so many; null above the last bound. */
	stratum_to: number | null;
	edition: number | null;
	succeeded_by: string | null;
	ended_on: DayOrNull;
	added_by: string | null;
	is_demo: Generated<boolean>;
	created_at: Moment;
}

export interface OrganisationFormerNamesTable {
	organisation_id: string;
	name: string;
	until: Moment;
}

export interface OrganisationWordsTable {
	word: string;
	weight: Generated<number>;
}

export interface OrganisationDomainsTable {
	domain: string;
	organisation_id: string;
	learnt_by: string | null;
	learnt_at: Moment;
}

export interface MembersTable {
	id: Generated<string>;
	email: string;
	name: string;
	/** null: comes by the identity provider or with a passkey. */
	password_hash: string | null;
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
	/** The latest is the organisation this member speaks for. */
	voice_at: MomentOrNull;
	suspended_at: MomentOrNull;
	ended_by: string | null;
	end_reason: string | null;
}

export interface AppointmentsTable {
	id: Generated<string>;
	member_id: string;
	role: AppointmentRole;
	is_demo: Generated<boolean>;
	started_at: Moment;
	ended_at: MomentOrNull;
	/** null: whatever the theme. */
	theme_slug: string | null;
	given_by: string | null;
	ended_by: string | null;
	end_reason: string | null;
}

export interface SuspensionsTable {
	id: Generated<string>;
	member_id: string;
	/** null: of the whole account. */
	organisation_id: string | null;
	reason: string;
	suspended_by: string | null;
	suspended_at: Moment;
	lifted_by: string | null;
	lifted_at: MomentOrNull;
	lift_reason: string | null;
	is_demo: Generated<boolean>;
}

export interface JoinRequestsTable {
	id: Generated<string>;
	organisation_id: string;
	role: MembershipRole;
	/** Either a member, or … */
	member_id: string | null;
	/** … who will become one; forgotten with the answer. */
	email: string | null;
	name: string | null;
	password_hash: string | null;
	locale: Generated<Locale>;
	message: Generated<string>;
	opened_at: Moment;
	decision: 'approved' | 'refused' | 'withdrawn' | null;
	reason: string | null;
	decided_by: string | null;
	decided_at: MomentOrNull;
	is_demo: Generated<boolean>;
}

export interface SessionsTable {
	id: string;
	secret_hash: Uint8Array;
	member_id: string;
	created_at: Moment;
	verified_at: Moment;
	device: string | null;
	second_factor_due: Generated<boolean>;
	proved_at: MomentOrNull;
	is_strong: Generated<boolean>;
	id_token: string | null;
}

export interface IdentitiesTable {
	id: Generated<string>;
	member_id: string;
	issuer: string;
	subject: string;
	created_at: Moment;
	used_at: Moment;
}

/** What the identity provider said of somebody, as it is kept until they are in. */
export interface KeptClaims {
	subject: string;
	email: string;
	/** The provider vouches for the address, or a code mailed there was typed. */
	isProved: boolean;
	name: string;
	siret: string | null;
	/** The provider asked for two factors. */
	isStrong: boolean;
}

export interface SignOnsTable {
	id: string;
	state: string;
	nonce: string;
	verifier: string | null;
	return_to: string;
	created_at: Moment;
	answered_at: MomentOrNull;
	claims: ColumnType<KeptClaims | null, string | null | undefined, string | null>;
	id_token: string | null;
}

export interface MailedCodesTable {
	id: Generated<string>;
	session_id: string | null;
	sign_on_id: string | null;
	code_hash: Uint8Array;
	created_at: Moment;
}

export interface PasskeysTable {
	id: Generated<string>;
	member_id: string;
	credential_id: string;
	public_key: Uint8Array;
	counter: Generated<number>;
	transports: Generated<string[]>;
	name: string;
	created_at: Moment;
	used_at: MomentOrNull;
}

export interface PasskeyChallengesTable {
	challenge: string;
	purpose: 'register' | 'sign_in' | 'second_factor' | 'confirm';
	session_id: string | null;
	created_at: Moment;
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
	| 'invitation'
	| 'password_reset'
	| 'email_verification'
	| 'email_change'
	| 'sign_in'
	| 'sign_up'
	| 'first_run';

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
	member_id: string | null;
}

export interface ProfilesTable {
	member_id: string;
	occupation: Generated<string>;
	phone: Generated<string>;
	biography: Generated<string>;
	languages: Generated<string>;
	email_shown_to: Generated<Audience>;
	occupation_shown_to: Generated<Audience>;
	phone_shown_to: Generated<Audience>;
	biography_shown_to: Generated<Audience>;
	languages_shown_to: Generated<Audience>;
	updated_at: Moment;
}

export interface ConsentsTable {
	id: Generated<string>;
	member_id: string;
	subject: string;
	version: string;
	given_at: Moment;
	withdrawn_at: MomentOrNull;
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
	organisation_id: string | null;
}

export interface UnsealedEventsTable {
	event_id: number;
}

export interface EventSealsTable {
	sequence: number;
	event_id: number;
	happened_at: ColumnType<Date, Date | string>;
	of_demo: boolean;
	digest: string;
	previous: string;
	hash: string;
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

/** Of each thing that servers do by themselves, the last time. */
export interface JobRunsTable {
	job: string;
	begun_at: Moment;
	ran_at: MomentOrNull;
	failed_at: MomentOrNull;
	detail: ColumnType<Record<string, unknown>, string | undefined, string>;
}

export interface SettingsTable {
	id: Generated<boolean>;
	network_name: Generated<string>;
	contact_name: Generated<string>;
	contact_email: Generated<string>;
	contact_address: Generated<string>;
	publisher: Generated<string>;
	host: Generated<string>;
	first_run_at: MomentOrNull;
}

export interface ThemesTable {
	slug: string;
	/** In French; null in another language: said in French there too. */
	name: string;
	name_en: Generated<string | null>;
	name_es: Generated<string | null>;
	position: Generated<number>;
	launch_year: number | null;
	introduction: Generated<string>;
	president: Generated<string>;
	is_demo: Generated<boolean>;
	/** New cases do not take it. */
	retired_at: MomentOrNull;
	/** The theme that has what was its; it is then retired too. */
	merged_into: Generated<string | null>;
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
	/** The newest shape somebody wrote there with. */
	schema_version: Generated<number>;
	is_demo: Generated<boolean>;
	created_at: Moment;
	replaced_by: Generated<string | null>;
	replaced_at: MomentOrNull;
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
	theme_slug: string | null;
}

export interface CaseOrganisationsTable {
	case_id: string;
	organisation_id: string;
	role: 'pilot' | 'partner';
	added_by: string | null;
	added_at: Moment;
}

export interface CaseGuestsTable {
	id: Generated<string>;
	case_id: string;
	email: string;
	member_id: string | null;
	parts: string[];
	invited_by: string | null;
	invited_at: Moment;
	ended_by: string | null;
	ended_at: MomentOrNull;
}

export interface CaseTransitionsTable {
	id: GeneratedAlways<number>;
	case_id: string;
	from_state: CaseState | null;
	to_state: CaseState;
	actor_id: string | null;
	reason: string | null;
	happened_at: Moment;
	organisation_id: string | null;
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
	organisation_id: string | null;
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
	is_demo: Generated<boolean>;
	published_at: Moment;
}

export interface ThreadsTable {
	id: Generated<string>;
	case_id: string | null;
	title: string;
	visibility: 'public' | 'members' | 'case';
	kind: Generated<ThreadKind>;
	language: Locale | null;
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
	language: Locale | null;
	client_key: string;
	is_demo: Generated<boolean>;
	created_at: Moment;
}

export interface Database {
	organisations: OrganisationsTable;
	organisation_former_names: OrganisationFormerNamesTable;
	organisation_words: OrganisationWordsTable;
	organisation_domains: OrganisationDomainsTable;
	members: MembersTable;
	memberships: MembershipsTable;
	appointments: AppointmentsTable;
	suspensions: SuspensionsTable;
	join_requests: JoinRequestsTable;
	sessions: SessionsTable;
	second_factors: SecondFactorsTable;
	identities: IdentitiesTable;
	sign_ons: SignOnsTable;
	mailed_codes: MailedCodesTable;
	passkeys: PasskeysTable;
	passkey_challenges: PasskeyChallengesTable;
	recovery_codes: RecoveryCodesTable;
	invitations: InvitationsTable;
	one_time_tokens: OneTimeTokensTable;
	outbox: OutboxTable;
	profiles: ProfilesTable;
	consents: ConsentsTable;
	rate_limits: RateLimitsTable;
	counters: CountersTable;
	events: EventsTable;
	unsealed_events: UnsealedEventsTable;
	event_seals: EventSealsTable;
	modalities: ModalitiesTable;
	targets: TargetsTable;
	countries: CountriesTable;
	reference_imports: ReferenceImportsTable;
	settings: SettingsTable;
	job_runs: JobRunsTable;
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
	case_guests: CaseGuestsTable;
	case_transitions: CaseTransitionsTable;
	submissions: SubmissionsTable;
	reviews: ReviewsTable;
	case_versions: CaseVersionsTable;
	threads: ThreadsTable;
	posts: PostsTable;
}
