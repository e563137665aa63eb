import * as organisations from '#server/domain/organisations.ts';
import type { PageServerLoad } from './$types';

export const csr = false;

export const load: PageServerLoad = async ({ locals, url, getClientAddress }) => {
	const query = (url.searchParams.get('recherche') ?? '').trim().slice(0, 80);
	const slug = url.searchParams.get('categorie') ?? '';
	const kind = organisations.kindOf(slug);
	const cursor = url.searchParams.get('suite');
	return {
		...(await organisations.directory(locals.context, { query, kind, cursor, address: getClientAddress() })),
		query,
		kinds: organisations.kindSlugs,
		kind: kind ? slug : '',
		mayAdd: organisations.mayAdd(locals.who),
		isStart: !cursor
	};
};
