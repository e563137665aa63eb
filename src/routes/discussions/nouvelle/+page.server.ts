import { randomUUID } from 'node:crypto';
import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import { threadKinds } from '#lib/contract/threads.ts';
import * as forms from '#lib/contract/forms.ts';
import * as threads from '#server/domain/threads.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) => {
	if (locals.who.kind !== 'member')
		redirect(303, `/connexion?vers=${encodeURIComponent(url.pathname + url.search)}`);
	// What was begun in the box of the home page goes on here.
	const wanted = url.searchParams.get('genre');
	return {
		clientKey: randomUUID(),
		begun: (url.searchParams.get('texte') ?? '').slice(0, 2000),
		kind: threadKinds.find((kind) => kind === wanted) ?? 'question'
	};
};

export const actions: Actions = {
	default: answer(forms.newThread, async ({ locals }: Parameters<Actions['default']>[0], values) => {
		const { id } = await threads.open(locals.context, values);
		redirect(303, `/discussions/${id}`);
	})
};
