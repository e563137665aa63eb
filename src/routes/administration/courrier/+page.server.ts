import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { signInFirst } from '#lib/mailed-link.server.ts';
import * as mail from '#server/domain/mail.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	if (locals.who.kind !== 'member') signInFirst(url);
	const { env } = locals.app;
	const cursor = url.searchParams.get('suite') ?? undefined;
	return {
		mail: await mail.list(locals.context, { cursor }),
		isFirst: cursor === undefined,
		server: env.smtp ? 'set' : env.production ? 'awaited' : 'none',
		isRetried: url.searchParams.has('essai')
	};
};

export const actions: Actions = {
	default: answer(forms.retryMail, async ({ locals }: Parameters<Actions['default']>[0], { id }) => {
		await mail.retry(locals.context, Number(id));
		redirect(303, '/administration/courrier?essai');
	})
};
