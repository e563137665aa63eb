/** What each kind of organisation, and each role in one, is called. */
import type { MembershipRole } from '#lib/contract/roles.ts';
import { m } from '#lib/paraglide/messages.js';
import type { OrganisationKind } from '#server/domain/organisations.ts';

export const kindNames: Record<OrganisationKind, () => string> = {
	commune: m.organisation_kind_commune,
	intercommunality: m.organisation_kind_intercommunality,
	department: m.organisation_kind_department,
	region: m.organisation_kind_region,
	special: m.organisation_kind_special,
	association: m.organisation_kind_association,
	state: m.organisation_kind_state,
	agency: m.organisation_kind_agency,
	company: m.organisation_kind_company,
	foreign_authority: m.organisation_kind_foreign_authority,
	other: m.organisation_kind_other
};

export const roleNames: Record<MembershipRole, () => string> = {
	member: m.role_member,
	contributor: m.role_contributor,
	referent: m.role_referent
};

export const roleHints: Record<MembershipRole, () => string> = {
	member: m.role_member_hint,
	contributor: m.role_contributor_hint,
	referent: m.role_referent_hint
};
