import { safeHref } from '#lib/document/rich-text.ts';

/** What is typed in the link box, as an address; null when it is none. "exemple.fr" is https://exemple.fr/. */
export function addressOf(typed: string): string | null {
	const text = typed.trim();
	if (/^[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+$/.test(text)) return safeHref(`mailto:${text}`);
	if (/^[a-z][a-z0-9+.-]*:(?!\d)/i.test(text)) return safeHref(text);
	return /^[^\s/]+\.[^\s/.]{2,}/.test(text) ? safeHref(`https://${text}`) : null;
}
