import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import * as cases from '#server/domain/cases.ts';
import * as history from '#server/domain/history.ts';
import type { Actions, PageServerLoad } from './$types';

/** Nothing is typed here that could be lost: the page carries no JavaScript at all. */
export const csr = false;

const sessionsPerPage = 30;

/** `?de=…&a=…` compares: the id of a version, `e12` for the text once update 12 was in, or `maintenant`. */
export const load: PageServerLoad = async ({ locals, params, url }) => {
	const { context } = locals;
	const { reference } = params;
	const versions = await history.versions(context, reference);
	const overview = await cases.get(context, reference);
	const [from, to] = [url.searchParams.get('de'), url.searchParams.get('a')];
	const done = url.searchParams.get('fait');
	const comparison = from || to ? await history.compare(context, reference, points(from, to)) : null;
	return {
		overview,
		versions,
		versionsShown: history.versionsShown,
		done,
		comparison,
		timeline: comparison ? null : await timelinePage(context, reference, url)
	};
};

function points(from: string | null, to: string | null) {
	const point = (text: string | null) => (!text || text === 'maintenant' ? 'now' : text);
	return { from: point(from), to: point(to) };
}

/** `?page=2`, and `?avant=…` once what was read at once is at its end. */
async function timelinePage(context: Parameters<typeof history.timeline>[0], reference: string, url: URL) {
	const number = (name: string) => {
		const text = url.searchParams.get(name);
		return text && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
	};
	const before = number('avant');
	const page = number('page') ?? 1;
	const { sessions, older } = await history.timeline(context, reference, { before });
	const address = (query: Record<string, number | undefined>) => {
		const search = new URLSearchParams();
		for (const [name, value] of Object.entries(query)) if (value) search.set(name, String(value));
		return `${url.pathname}?${search}#qui`;
	};
	const isLast = page * sessionsPerPage >= sessions.length;
	return {
		sessions: sessions.slice((page - 1) * sessionsPerPage, page * sessionsPerPage),
		newer: page > 1 ? address({ avant: before, page: page - 1 }) : null,
		older: !isLast
			? address({ avant: before, page: page + 1 })
			: older === null
				? null
				: address({ avant: older })
	};
}

export const actions: Actions = {
	name: answer(forms.nameVersion, async ({ locals, params }: Parameters<Actions['name']>[0], { label }) => {
		await history.nameVersion(locals.context, params.reference!, { label });
		redirect(303, `/fiches/${params.reference}/historique?fait=nommee`);
	})
};
