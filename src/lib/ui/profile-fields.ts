/** What the things a member says of themselves are called. */
import type { ProfileField } from '#lib/contract/profiles.ts';
import { m } from '#lib/paraglide/messages.js';

export const fieldNames: Record<ProfileField, () => string> = {
	email: m.profile_email,
	phone: m.profile_phone,
	occupation: m.profile_occupation,
	languages: m.profile_languages,
	biography: m.profile_biography
};
