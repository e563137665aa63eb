import { getLocale } from '#lib/paraglide/runtime.js';
import * as cases from '#server/domain/cases.ts';
import { modalities } from '#server/domain/reference-data.ts';
import * as reviews from '#server/domain/reviews.ts';
import { theme } from '#server/domain/themes.ts';
import * as threads from '#server/domain/threads.ts';
import { viewer } from '#server/domain/viewer.ts';
import type { PageServerLoad } from './$types';

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

export const load: PageServerLoad = async ({ locals }) => {
	const { context } = locals;

	const published = await cases.listPublished(context);
	const discussed = await threads.list(context);
	const names = await modalities(context.db, getLocale());
	const mine = await cases.listMine(context);
	const queue = viewer(context)?.may.review ? await reviews.queue(context) : [];
	return {
		latest: published.items.slice(0, 3),
		discussed: discussed.items.slice(0, 4),
		modalities: names.map(({ slug, name }) => ({ value: slug, label: name })),
		mine: mine.filter(({ state }) => state !== 'published').slice(0, 8),
		queue,
		theme: context.who.kind === 'visitor' ? await theme(context.db) : null
	};
};
