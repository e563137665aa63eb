import { redirect } from '@sveltejs/kit';
import { parseForm } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { comeBack } from '#lib/come-back.ts';
import { keepTheme } from '#lib/preferences.server.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async (event) => {
	const parsed = await parseForm(forms.chooseTheme, event);
	if ('refused' in parsed) redirect(303, '/');
	keepTheme(event, parsed.values.theme);
	redirect(303, comeBack(parsed.values.to));
};
