import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { lookAt } from '#lib/mailed-link.server.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import * as joinRequests from '#server/domain/join-requests.ts';
import type { Actions, PageServerLoad } from './$types';

export const csr = false;

export const load: PageServerLoad = async ({ locals, url, getClientAddress }) => {
	const query = (url.searchParams.get('recherche') ?? '').trim().slice(0, 80);
	const isDone = url.searchParams.has('fait');
	return {
		isDone,
		query,
		link: isDone
			? null
			: await lookAt({ locals, url }, (token) =>
					joinRequests.previewSignUp(locals.context, token, { query, address: getClientAddress() })
				)
	};
};

export const actions: Actions = {
	default: answer(
		forms.finishSignUp,
		async ({ locals }: Parameters<Actions['default']>[0], values) => {
			await joinRequests.finishSignUp(locals.context, { ...values, locale: getLocale() });
			redirect(303, '/inscription/confirmation?fait');
		},
		{ forVisitors: true }
	)
};
