import { redirect } from '@sveltejs/kit';
import { isFailure } from '#server/errors.ts';

/** Each way that leads nowhere has its sentence there. */
export function signOnProblem(thrown: unknown): never {
	if (!isFailure(thrown)) throw thrown;
	redirect(303, `/connexion/sso/probleme?raison=${thrown.code}`);
}
