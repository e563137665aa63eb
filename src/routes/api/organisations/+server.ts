import * as organisations from '#server/domain/organisations.ts';
import { answer } from '../answer.ts';
import type { RequestHandler } from './$types';

/** `?q=<words>` → {organisations: OrganisationView[]}, best first. For members. */
export const GET: RequestHandler = ({ locals, url }) =>
	answer(async () => ({
		organisations: await organisations.search(locals.context, url.searchParams.get('q') ?? '')
	}));
