import { escapeHtml } from '#lib/document/rich-text.ts';
import { frozen } from '#lib/frozen.server.ts';
import { versionNumber } from '#lib/version-number.server.ts';
import * as cases from '#server/domain/cases.ts';
import type { RequestHandler } from './$types';

/** The HTML frozen on the day of publication, in a page that says its language and its title. */
export const GET: RequestHandler = async ({ locals, params, request }) => {
	const { html, hash, title, content } = await cases.version(
		locals.context,
		params.reference,
		versionNumber(params.number)
	);
	const page = [
		'<!doctype html>',
		`<html lang="${content.language}">`,
		'<head>',
		'<meta charset="utf-8">',
		'<meta name="viewport" content="width=device-width, initial-scale=1">',
		`<title>${escapeHtml(title)}</title>`,
		'</head>',
		`<body>${html}</body>`,
		'</html>\n'
	];
	return frozen(page.join('\n'), 'text/html', `${hash}-page`, request);
};
