import type { CaseState } from '#lib/contract/cases.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import * as cases from '#server/domain/cases.ts';
import * as joinRequests from '#server/domain/join-requests.ts';
import { modalities } from '#server/domain/reference-data.ts';
import * as reviews from '#server/domain/reviews.ts';
import { theme } from '#server/domain/themes.ts';
import * as threads from '#server/domain/threads.ts';
import { viewer } from '#server/domain/viewer.ts';
import type { PageServerLoad } from './$types';

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

/** What waits for its authors comes before what waits for others; a published case waits for nobody. */
const turn: Partial<Record<CaseState, number>> = {
	changes_requested: 0,
	draft: 1,
	co_writing: 1,
	in_revision: 1,
	submitted: 2,
	in_review: 2
};

export const load: PageServerLoad = async ({ locals }) => {
	const { context } = locals;

	const published = await cases.listPublished(context);
	const discussed = await threads.list(context);
	const names = await modalities(context.db, getLocale());
	const mine = await cases.listMine(context);
	const may = viewer(context)?.may;
	const queue = may?.review ? await reviews.queue(context) : [];
	const requests = may?.answerRequests ? await joinRequests.list(context) : [];
	return {
		latest: published.items.slice(0, 3),
		discussed: discussed.items.slice(0, 4),
		modalities: names.map(({ slug, name }) => ({ value: slug, label: name })),
		mine: mine
			.filter(({ state }) => state in turn)
			.sort((one, other) => turn[one.state]! - turn[other.state]!)
			.slice(0, 8),
		queue,
		requests: {
			count: requests.length,
			first: requests.slice(0, 5).map(({ id, name, organisationName, openedAt }) => ({
				id,
				name,
				organisationName,
				openedAt
			}))
		},
		theme: context.who.kind === 'visitor' ? await theme(context.db, getLocale()) : null
	};
};
