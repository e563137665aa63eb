import { minimumWords, sectionKeys } from '#lib/document/template.ts';
import { NotFound } from '#server/errors.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) => {
	if (locals.who.kind !== 'member' && locals.app.env.production) throw new NotFound();
	const order =
		url.searchParams.get('sens') === 'croissant' ? ('ascending' as const) : ('descending' as const);
	const sign = order === 'ascending' ? 1 : -1;
	return {
		rows: sectionKeys
			.map((section) => ({ section, words: minimumWords[section] }))
			.toSorted((one, other) => sign * (one.words - other.words)),
		order
	};
};
