import { signInFirst } from '#lib/mailed-link.server.ts';
import * as administration from '#server/domain/administration.ts';
import type { PageServerLoad } from './$types';

export const csr = false;

export const load: PageServerLoad = async ({ locals, url }) => {
	if (locals.who.kind !== 'member') signInFirst(url);
	return { desk: await administration.desk(locals.context) };
};
