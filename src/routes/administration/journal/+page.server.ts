import { actKinds } from '#lib/contract/journal.ts';
import { signInFirst } from '#lib/mailed-link.server.ts';
import * as journal from '#server/domain/journal.ts';
import type { PageServerLoad } from './$types';

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

export const load: PageServerLoad = async ({ locals, url }) => {
	if (locals.who.kind !== 'member') signInFirst(url);
	const asked = (name: string) => url.searchParams.get(name)?.slice(0, 120) ?? '';
	const chosen = {
		genre: asked('genre'),
		depuis: asked('depuis'),
		jusqua: asked('jusqua'),
		personne: asked('personne')
	};
	const cursor = url.searchParams.get('suite') ?? undefined;
	return {
		journal: await journal.list(locals.context, {
			cursor,
			kind: chosen.genre,
			from: chosen.depuis,
			to: chosen.jusqua,
			person: chosen.personne
		}),
		chosen,
		kinds: actKinds,
		isStart: cursor === undefined
	};
};
