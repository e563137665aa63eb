import { signInFirst } from '#lib/mailed-link.server.ts';
import * as health from '#server/domain/health.ts';
import type { PageServerLoad } from './$types';

export const csr = false;

export const load: PageServerLoad = async ({ locals, url }) => {
	if (locals.who.kind !== 'member') signInFirst(url);
	const lines = await health.read(locals.context, locals.app.vitals);
	return { lines, worst: health.worst(lines) };
};
