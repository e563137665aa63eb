import { failureMessage } from '#lib/failure-message.server.ts';
import { signInFirst } from '#lib/mailed-link.server.ts';
import { proofOf } from '#server/auth/reauthenticate.ts';
import type { PageServerLoad } from './$types';

/** Nothing is typed here but a password: the page carries no JavaScript, and the answer is a file. */
export const csr = false;

/** What may stand between a person and their data. */
const refusals = ['current_wrong', 'current_empty', 'proof_needed', 'too_many'];

export const load: PageServerLoad = async ({ locals, url }) => {
	if (locals.who.kind !== 'member') signInFirst(url);
	const code = url.searchParams.get('refus') ?? '';
	return {
		proof: await proofOf(locals.context),
		error: refusals.includes(code) ? failureMessage(code, {}) : undefined
	};
};
