import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { signInFirst } from '#lib/mailed-link.server.ts';
import * as themes from '#server/domain/themes.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	if (locals.who.kind !== 'member') signInFirst(url);
	const desk = await themes.desk(locals.context);
	return {
		...desk,
		done: url.searchParams.get('fait'),
		about: desk.themes.find(({ slug }) => slug === url.searchParams.get('thematique')) ?? null
	};
};

type Event = Parameters<Actions['add']>[0];
const back = (done: string, slug: string) =>
	redirect(303, `/administration/taxonomie?fait=${done}&thematique=${encodeURIComponent(slug)}`);

export const actions: Actions = {
	add: answer(forms.themeNames, async ({ locals }: Event, names) => {
		const { slug } = await themes.add(locals.context, names);
		back('added', slug);
	}),
	move: answer(forms.moveTheme, async ({ locals }: Event, { id, direction }) => {
		await themes.move(locals.context, id, direction);
		back('moved', id);
	})
};
