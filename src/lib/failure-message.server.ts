import { m } from '#lib/paraglide/messages.js';

/**
 * The sentence for a failure's code, in the reader's language. On the server only: looking a message up by its name
 * would carry the whole catalogue to the browser.
 */
export function failureMessage(code: string, details: Record<string, unknown> = {}): string {
	const catalogue = m as unknown as Record<string, ((params: Record<string, unknown>) => string) | undefined>;
	return (catalogue[`failure_${code}`] ?? m.failure_unexpected)({ ...missing, ...details });
}

/** A message may name a measure its failure did not give. */
const missing = { most: '', least: '', retryAfter_s: '', line: '' };
