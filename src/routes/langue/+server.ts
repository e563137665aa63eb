import { redirect } from '@sveltejs/kit';
import { parseForm } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { comeBack } from '#lib/come-back.ts';
import { keepLocale } from '#lib/preferences.server.ts';
import * as account from '#server/domain/account.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async (event) => {
	const parsed = await parseForm(forms.chooseLocale, event);
	if ('refused' in parsed) redirect(303, '/');
	const { locale, to } = parsed.values;
	if (event.locals.who.kind === 'member') await account.chooseLocale(event.locals.context, locale);
	keepLocale(event, locale);
	redirect(303, comeBack(to));
};
