import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { signInFirst } from '#lib/mailed-link.server.ts';
import * as memberships from '#server/domain/memberships.ts';
import * as organisations from '#server/domain/organisations.ts';
import type { Actions, PageServerLoad } from './$types';

export const csr = false;

export const load: PageServerLoad = async ({ locals, params, url }) => {
	if (locals.who.kind !== 'member') signInFirst(url);
	const { id, address, may } = await organisations.page(locals.context, params.id);
	const { organisation, members, may: mayDo } = await memberships.roster(locals.context, id);
	const chosen = members.find(({ memberId }) => memberId === url.searchParams.get('personne'));
	return {
		organisation,
		address,
		members,
		chosen: chosen?.may.change ? chosen : null,
		mayInvite: may.invite,
		mayNameReferent: mayDo.nameReferent,
		done: url.searchParams.has('fait')
	};
};

export const actions: Actions = {
	change: answer(
		forms.changeMembership,
		async ({ locals, params, url }: Parameters<Actions['change']>[0], { memberId, act, why, isSure }) => {
			const { id: organisationId } = await organisations.page(locals.context, params.id);
			const change = { organisationId, memberId, reason: why, isSure: isSure === 'on' };
			if (act === 'suspend') await memberships.suspend(locals.context, change);
			else if (act === 'lift') await memberships.lift(locals.context, change);
			else if (act === 'end') await memberships.end(locals.context, change);
			else await memberships.changeRole(locals.context, { ...change, role: act });
			redirect(303, `${url.pathname}?fait`);
		}
	)
};
