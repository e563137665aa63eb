import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { loadThread, postReply } from '#lib/thread-page.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
	const page = await loadThread(locals.context, params.id, url);
	if (page.thread.caseReference)
		redirect(303, `/fiches/${page.thread.caseReference}/discussion${url.search}`);
	return page;
};

export const actions: Actions = {
	reply: answer(forms.reply, (event: Parameters<Actions['reply']>[0], values) =>
		postReply(event, event.params.id, values)
	)
};
