/** What each door of server/domain/administration.ts is called, and what is behind it. */
import type { DoorName } from '#server/domain/administration.ts';
import { m } from '#lib/paraglide/messages.js';

export const doorWords: Record<DoorName, { title: () => string; words: () => string }> = {
	requests: { title: m.requests_title, words: m.admin_requests },
	invitations: { title: m.bulk_title, words: m.bulk_text },
	settings: { title: m.settings_title, words: m.admin_settings },
	themes: { title: m.themes_title, words: m.admin_themes },
	mail: { title: m.mail_title, words: m.mail_description },
	health: { title: m.health_title, words: m.health_description },
	journal: { title: m.journal_title, words: m.admin_journal }
};
