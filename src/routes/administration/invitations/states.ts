/** What is said of each line of a table of invitations. */
import { m } from '#lib/paraglide/messages.js';
import type { LineState } from '#server/domain/bulk-invitations.ts';

export const stateNames: Record<LineState, () => string> = {
	invite: m.bulk_state_invite,
	member: m.bulk_state_member,
	invited: m.bulk_state_invited,
	repeated: m.bulk_state_repeated,
	email_invalid: m.bulk_state_email_invalid,
	email_own: m.bulk_state_email_own,
	organisation_empty: m.bulk_state_organisation_empty,
	organisation_unknown: m.bulk_state_organisation_unknown,
	organisation_ambiguous: m.bulk_state_organisation_ambiguous,
	organisation_ended: m.bulk_state_organisation_ended,
	organisation_refused: m.bulk_state_organisation_refused,
	role_unknown: m.bulk_state_role_unknown,
	role_refused: m.bulk_state_role_refused,
	language_unknown: m.bulk_state_language_unknown,
	too_often: m.bulk_state_too_often
};
