import * as settings from '#server/domain/settings.ts';
import type { PageServerLoad } from './$types';

/** Read by everybody, everywhere: the page carries no JavaScript at all. */
export const csr = false;

export const load: PageServerLoad = async ({ locals, url }) => ({
	// Who answers for data may be somebody else than who answers for the site.
	contact: locals.app.env.privacyContact ?? ((await settings.get(locals.context.db)).contactEmail || null),
	isErased: url.searchParams.has('efface')
});
