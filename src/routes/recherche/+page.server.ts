import { getLocale } from '#lib/paraglide/runtime.js';
import { modalities } from '#server/domain/reference-data.ts';
import { search } from '#server/domain/search.ts';
import type { PageServerLoad } from './$types';

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

export const load: PageServerLoad = async ({ locals, url, getClientAddress }) => {
	const query = url.searchParams.get('mots')?.trim().slice(0, 100) ?? '';
	const names = await modalities(locals.context.db, getLocale());
	return {
		query,
		found: await search(locals.context, query, getClientAddress()),
		modalities: names.map(({ slug, name }) => ({ value: slug, label: name }))
	};
};
