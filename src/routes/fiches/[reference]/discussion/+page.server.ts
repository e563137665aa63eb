import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { loadThread, postReply } from '#lib/thread-page.server.ts';
import * as cases from '#server/domain/cases.ts';
import * as threads from '#server/domain/threads.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const id = await threads.forCase(locals.context, params.reference);
	const { title, reference, isDemo } = await cases.get(locals.context, params.reference);
	return { ...(await loadThread(locals.context, id, url)), case: { title, reference, isDemo } };
};

export const actions: Actions = {
	reply: answer(forms.reply, async (event: Parameters<Actions['reply']>[0], values) =>
		postReply(event, await threads.forCase(event.locals.context, event.params.reference), values)
	)
};
