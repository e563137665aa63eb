import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { signInFirst } from '#lib/mailed-link.server.ts';
import * as themes from '#server/domain/themes.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	if (locals.who.kind !== 'member') signInFirst(url);
	const into = url.searchParams.get('into');
	const page = await themes.page(locals.context, params.slug);
	return {
		...page,
		asksTarget: into !== null,
		target: page.targets.find(({ slug }) => slug === into) ?? null,
		done: url.searchParams.get('fait')
	};
};

type Event = Parameters<Actions['rename']>[0];
const done = (slug: string, what: string) =>
	redirect(303, `/administration/taxonomie/${encodeURIComponent(slug)}?fait=${what}`);

export const actions: Actions = {
	rename: answer(forms.themeNames, async ({ locals, params }: Event, names) => {
		await themes.rename(locals.context, params.slug, names);
		done(params.slug, 'renamed');
	}),
	retire: answer(forms.nothing, async ({ locals, params }: Event) => {
		await themes.retire(locals.context, params.slug);
		done(params.slug, 'retired');
	}),
	restore: answer(forms.nothing, async ({ locals, params }: Event) => {
		await themes.restore(locals.context, params.slug);
		done(params.slug, 'restored');
	}),
	merge: answer(forms.mergeTheme, async ({ locals, params }: Event, { into }) => {
		await themes.merge(locals.context, params.slug, into);
		done(into, 'merged');
	})
};
