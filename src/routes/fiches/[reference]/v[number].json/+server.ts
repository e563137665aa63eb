import { frozen } from '#lib/frozen.server.ts';
import { versionNumber } from '#lib/version-number.server.ts';
import * as cases from '#server/domain/cases.ts';
import type { RequestHandler } from './$types';

/** The canonical JSON; its SHA-256 is the version's hash. */
export const GET: RequestHandler = async ({ locals, params, request }) => {
	const { json, hash } = await cases.version(locals.context, params.reference, versionNumber(params.number));
	return frozen(json, 'application/json', hash, request);
};
