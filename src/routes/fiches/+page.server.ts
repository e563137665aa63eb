import { getLocale } from '#lib/paraglide/runtime.js';
import * as cases from '#server/domain/cases.ts';
import { modalities } from '#server/domain/reference-data.ts';
import type { PageServerLoad } from './$types';

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

export const load: PageServerLoad = async ({ locals, url }) => {
	const query = url.searchParams.get('recherche')?.trim().slice(0, 100) ?? '';
	const modality = url.searchParams.get('modalite')?.slice(0, 100) ?? '';
	const cursor = url.searchParams.get('suite');
	const list = await modalities(locals.context.db, getLocale());
	const published = await cases.listPublished(locals.context, { cursor, query, modality });
	const mine = await cases.listMine(locals.context);
	return {
		...published,
		query,
		modality,
		modalities: list.map(({ slug, name }) => ({ value: slug, label: name })),
		mine: mine.slice(0, 5),
		isStart: !cursor
	};
};
