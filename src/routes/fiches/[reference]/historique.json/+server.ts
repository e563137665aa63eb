import * as history from '#server/domain/history.ts';
import type { RequestHandler } from './$types';

/** Everything that is known of the text, in one file. */
export const GET: RequestHandler = async ({ locals, params }) => {
	const exported = await history.exported(locals.context, params.reference);
	return new Response(JSON.stringify(exported), {
		headers: {
			'content-type': 'application/json; charset=utf-8',
			'content-disposition': `attachment; filename="${exported.reference}-historique.json"`,
			'cache-control': 'private, no-store'
		}
	});
};
