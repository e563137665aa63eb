import { frozen } from '#lib/frozen.server.ts';
import { versionNumber } from '#lib/version-number.server.ts';
import * as cases from '#server/domain/cases.ts';
import type { RequestHandler } from './$types';

/** The HTML frozen on the day of publication. */
export const GET: RequestHandler = async ({ locals, params, request }) => {
	const { html, hash } = await cases.version(locals.context, params.reference, versionNumber(params.number));
	return frozen(html, 'text/html', `${hash}-html`, request);
};
