import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { signInFirst } from '#lib/mailed-link.server.ts';
import { proofOf } from '#server/auth/reauthenticate.ts';
import { sessionCookieName } from '#server/auth/sessions.ts';
import * as erasure from '#server/domain/erasure.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	if (locals.who.kind !== 'member') signInFirst(url);
	return {
		proof: await proofOf(locals.context),
		isDemo: locals.who.isDemo,
		isLastAdmin: await erasure.isLastAdmin(locals.context.db, locals.who.id)
	};
};

export const actions: Actions = {
	default: answer(forms.confirmIdentity, async (event: Parameters<Actions['default']>[0], values) => {
		const { locals, cookies } = event;
		await erasure.eraseOwn(locals.context, values);
		cookies.delete(sessionCookieName(locals.app.secure), { path: '/', secure: locals.app.secure });
		redirect(303, '/confidentialite?efface');
	})
};
