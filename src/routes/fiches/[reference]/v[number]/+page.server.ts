import { namesFor } from '#lib/case-names.server.ts';
import { versionNumber } from '#lib/version-number.server.ts';
import * as cases from '#server/domain/cases.ts';
import type { PageServerLoad } from './$types';

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

export const load: PageServerLoad = async ({ locals, params }) => {
	const {
		json: _json,
		html: _html,
		...version
	} = await cases.version(locals.context, params.reference, versionNumber(params.number));
	return { version, names: await namesFor(locals.context, version.content) };
};
