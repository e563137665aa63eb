import { error } from '@sveltejs/kit';
import { comeBack } from '#lib/come-back.ts';
import { keepSignOn } from '#lib/session-cookie.server.ts';
import { signOnProblem } from '#lib/sign-on-problem.server.ts';
import { begin } from '#server/auth/sign-on.ts';
import type { RequestHandler } from './$types';

/** Off to the identity provider. A link rather than a form, which the content policy would not let leave this site. */
export const GET: RequestHandler = async (event) => {
	const { locals, url } = event;
	const { provider } = locals.app;
	if (!provider) error(404, 'not_found', { code: 'not_found' });
	const { secret, location } = await begin(locals.context, provider, {
		address: event.getClientAddress(),
		redirectUri: `${url.origin}/connexion/sso/retour`,
		to: comeBack(url.searchParams.get('vers'))
	}).catch(signOnProblem);
	keepSignOn(event, secret);
	// redirect() leads inside this site only.
	return new Response(null, { status: 303, headers: { location } });
};
