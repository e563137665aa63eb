/** Said with every answer, pages, files and health alike: read as what it is, and kept out of other sites' pages. */
export const headersOfEveryAnswer = (secure: boolean): [name: string, value: string][] => [
	['x-content-type-options', 'nosniff'],
	['referrer-policy', 'same-origin'],
	['permissions-policy', 'camera=(), microphone=(), geolocation=(), interest-cohort=()'],
	['cross-origin-opener-policy', 'same-origin'],
	['cross-origin-resource-policy', 'same-origin'],
	['x-permitted-cross-domain-policies', 'none'],
	...(secure
		? [['strict-transport-security', 'max-age=31536000; includeSubDomains'] as [string, string]]
		: [])
];

/** For files. It says nothing of what may be loaded, since the service worker takes its policy from its own file. */
export const filePolicy = "object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** For data and redirections: they load nothing, and nobody frames them. */
export const emptyPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
