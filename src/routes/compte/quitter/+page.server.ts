import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { signInFirst } from '#lib/mailed-link.server.ts';
import * as memberships from '#server/domain/memberships.ts';
import { NotFound } from '#server/errors.ts';
import type { Actions, PageServerLoad } from './$types';

export const csr = false;

export const load: PageServerLoad = ({ locals, url }) => {
	const { who } = locals;
	if (who.kind !== 'member') signInFirst(url);
	const id = url.searchParams.get('organisation');
	const membership = who.memberships.find(({ organisationId }) => organisationId === id);
	if (!membership) throw new NotFound();
	return { organisationId: membership.organisationId, name: membership.organisationName };
};

export const actions: Actions = {
	default: answer(
		forms.leaveOrganisation,
		async ({ locals }: Parameters<Actions['default']>[0], { organisationId, isSure }) => {
			await memberships.leave(locals.context, { organisationId, isSure: isSure === 'on' });
			redirect(303, '/compte?fait=left');
		}
	)
};
