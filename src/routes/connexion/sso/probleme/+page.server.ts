import { failureMessage } from '#lib/failure-message.server.ts';
import type { PageServerLoad } from './$types';

export const csr = false;

const reasons = [
	'sso_unavailable',
	'sso_refused',
	'sso_expired',
	'sso_failed',
	'sso_no_email',
	'sso_unverified',
	'sso_other',
	'sso_taken',
	'too_many'
];

export const load: PageServerLoad = ({ locals, url }) => {
	const asked = url.searchParams.get('raison') ?? '';
	const reason = reasons.includes(asked) ? asked : 'sso_failed';
	return {
		provider: locals.app.provider?.name ?? null,
		sentence: failureMessage(reason),
		isMember: locals.who.kind === 'member'
	};
};
