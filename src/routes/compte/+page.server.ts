import { redirect } from '@sveltejs/kit';
import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { signInFirst } from '#lib/mailed-link.server.ts';
import { keepLocale } from '#lib/preferences.server.ts';
import { revokeOtherSessions, revokeSession } from '#server/auth/sessions.ts';
import * as account from '#server/domain/account.ts';
import * as joinRequests from '#server/domain/join-requests.ts';
import * as memberships from '#server/domain/memberships.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	if (locals.who.kind !== 'member') signInFirst(url);
	const overview = await account.overview(locals.context);
	const by = url.searchParams.get('tri') === 'debut' ? ('debut' as const) : ('usage' as const);
	const order =
		url.searchParams.get('sens') === 'croissant' ? ('ascending' as const) : ('descending' as const);
	const moment = (session: (typeof overview.sessions)[number]) =>
		Number(by === 'debut' ? session.startedAt : session.usedAt);
	const sign = order === 'ascending' ? 1 : -1;
	return {
		account: overview,
		sessions: overview.sessions.toSorted((one, other) => sign * (moment(one) - moment(other))),
		sort: { by, order },
		done: url.searchParams.get('fait')
	};
};

type Event = Parameters<Actions['profile']>[0];

export const actions: Actions = {
	profile: answer(forms.profile, async (event: Event, values) => {
		await account.rename(event.locals.context, values);
		keepLocale(event, values.locale);
		redirect(303, '/compte?fait=profile');
	}),
	voice: answer(forms.chooseVoice, async ({ locals }: Event, { organisationId }) => {
		await memberships.speakFor(locals.context, organisationId);
		redirect(303, '/compte?fait=voice');
	}),
	withdraw: answer(forms.withdrawRequest, async ({ locals }: Event, { id }) => {
		await joinRequests.withdraw(locals.context, id);
		redirect(303, '/compte?fait=withdrawn');
	}),
	verify: answer(forms.nothing, async ({ locals }: Event) => {
		await account.requestVerification(locals.context);
		redirect(303, '/compte?fait=mailed');
	}),
	end: answer(forms.endSession, async ({ locals }: Event, { id }) => {
		await revokeSession(locals.context, id);
		redirect(303, '/compte?fait=session');
	}),
	endOthers: answer(forms.nothing, async ({ locals }: Event) => {
		await revokeOtherSessions(locals.context);
		redirect(303, '/compte?fait=sessions');
	})
};
