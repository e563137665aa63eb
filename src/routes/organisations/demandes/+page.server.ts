import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { signInFirst } from '#lib/mailed-link.server.ts';
import * as joinRequests from '#server/domain/join-requests.ts';
import type { Actions, PageServerLoad } from './$types';

export const csr = false;

export const load: PageServerLoad = async ({ locals, url }) => {
	if (locals.who.kind !== 'member') signInFirst(url);
	const requests = await joinRequests.list(locals.context);
	return {
		requests,
		chosen: requests.find(({ id }) => id === url.searchParams.get('demande')) ?? null,
		done: url.searchParams.has('fait')
	};
};

export const actions: Actions = {
	answer: answer(
		forms.answerRequest,
		async ({ locals }: Parameters<Actions['answer']>[0], { id, decision, role, why }) => {
			if (decision === 'approve') await joinRequests.approve(locals.context, { id, role });
			else await joinRequests.refuse(locals.context, { id, reason: why });
			redirect(303, '/organisations/demandes?fait');
		}
	)
};
