/** How versions and moments are called on the pages of the history. */
import { m } from '#lib/paraglide/messages.js';
import { momentInWords } from '#lib/ui/moment.svelte';
import type { Moment, Version } from '#server/domain/history.ts';

export function versionInWords({ kind, label }: Pick<Version, 'kind' | 'label'>): string {
	switch (kind) {
		case 'named':
			return label ?? m.history_kind_named();
		case 'submitted':
			return m.history_kind_submitted({ round: label ?? '' });
		case 'published':
			return m.history_kind_published({ number: label ?? '' });
		case 'before_restore':
			return m.history_kind_before_restore();
		case 'automatic':
			return m.history_kind_automatic();
	}
}

/** With its date, to tell it from others of the same name. */
export function datedVersion(version: Pick<Version, 'kind' | 'label' | 'at'>): string {
	return `${versionInWords(version)} · ${momentInWords(version.at, { time: true })}`;
}

export function pointInWords({ point, version, at }: Moment): string {
	if (point === 'now') return m.history_now();
	if (version) return datedVersion(version);
	if (!at) return m.history_nothing_yet();
	return m.history_moment({ moment: momentInWords(at, { time: true }) });
}
