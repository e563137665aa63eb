import * as organisations from '#server/domain/organisations.ts';
import { answer } from '../answer.ts';
import type { RequestHandler } from './$types';

/** `?q=<words>` → OrganisationView[], best first. For members. */
export const GET: RequestHandler = ({ locals, url }) =>
	answer(() => organisations.search(locals.context, url.searchParams.get('q') ?? ''));
