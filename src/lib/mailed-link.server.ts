/** The pages that mailed links lead to. A link is looked at here, by people and by mail scanners; only a form uses it. */
import { redirect, type RequestEvent } from '@sveltejs/kit';
import { isFailure } from '#server/errors.ts';

/** What the link says, or null when it is no longer valid: the page then says so, and answers 410. */
export async function lookAt<T>(
	{ locals, url }: Pick<RequestEvent, 'locals' | 'url'>,
	look: (token: string) => Promise<T>
): Promise<(T & { token: string }) | null> {
	const token = url.searchParams.get('jeton') ?? '';
	try {
		return { ...(await look(token)), token };
	} catch (thrown) {
		if (!isFailure(thrown) || thrown.code !== 'token_invalid') throw thrown;
		locals.isGone = true;
		return null;
	}
}

/** Who is not signed in comes back here once they are. */
export function signInFirst(url: URL): never {
	redirect(303, `/connexion?vers=${encodeURIComponent(url.pathname + url.search)}`);
}
