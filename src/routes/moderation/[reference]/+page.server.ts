import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import { namesFor } from '#lib/case-names.server.ts';
import * as forms from '#lib/contract/forms.ts';
import * as reviews from '#server/domain/reviews.ts';
import type { Actions, PageServerLoad } from './$types';

type Event = Parameters<Actions[string]>[0];

export const load: PageServerLoad = async ({ locals, params }) => {
	const candidate = await reviews.candidate(locals.context, params.reference);
	return { ...candidate, names: await namesFor(locals.context, candidate.submission.content) };
};

export const actions: Actions = {
	take: answer(forms.nothing, async ({ locals, params }: Event) => {
		await reviews.take(locals.context, params.reference);
		redirect(303, `/moderation/${params.reference}`);
	}),
	requestChanges: answer(forms.requestChanges, async ({ locals, params }: Event, values) => {
		await reviews.requestChanges(locals.context, params.reference, values);
		redirect(303, `/moderation?rendue=${params.reference}`);
	}),
	publish: answer(forms.publish, async ({ locals, params }: Event, values) => {
		const { number } = await reviews.publish(locals.context, params.reference, values);
		redirect(303, `/fiches/${params.reference}/v${number}`);
	})
};
