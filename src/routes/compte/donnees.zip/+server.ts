/** Everything about whoever asks, in one file: JSON for a program, HTML for a person. */
import { redirect } from '@sveltejs/kit';
import { parseForm } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { zip } from '#lib/zip.server.ts';
import { isFailure } from '#server/errors.ts';
import { exportOwn, type PersonalData } from '#server/domain/personal-data.ts';
import { toHtml } from './to-html.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async (event) => {
	const { locals } = event;
	if (locals.who.kind !== 'member') redirect(303, '/connexion?vers=/compte/donnees');
	const parsed = await parseForm(forms.confirmIdentity, event);
	if ('refused' in parsed) redirect(303, '/compte/donnees?refus=current_wrong');
	let data: PersonalData;
	try {
		data = await exportOwn(locals.context, parsed.values);
	} catch (thrown) {
		if (isFailure(thrown)) redirect(303, `/compte/donnees?refus=${thrown.code}`);
		throw thrown;
	}
	const files = { 'passerelle.json': JSON.stringify(data, null, '\t'), 'passerelle.html': toHtml(data) };
	return new Response(zip(files), {
		headers: {
			'content-type': 'application/zip',
			'content-disposition': 'attachment; filename="passerelle.zip"',
			'cache-control': 'no-store',
			'x-content-type-options': 'nosniff'
		}
	});
};
