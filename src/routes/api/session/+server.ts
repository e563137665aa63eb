import type { RequestHandler } from './$types';

/** → {memberId}, null without a session. Asked before words kept in a page leave under somebody's name. */
export const GET: RequestHandler = ({ locals: { who } }) =>
	Response.json(
		{ memberId: who.kind === 'member' ? who.id : null },
		{ headers: { 'cache-control': 'no-store' } }
	);
