import { error } from '@sveltejs/kit';

/** `v1` has one spelling only: /v01 would be a second address for the same immutable page. */
export function versionNumber(text: string): number {
	if (!/^[1-9]\d{0,5}$/.test(text)) error(404, 'not_found');
	return Number(text);
}
