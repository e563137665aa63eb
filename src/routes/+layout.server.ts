import { isLocaleGuessed, themeOf } from '#lib/preferences.server.ts';
import * as settings from '#server/domain/settings.ts';
import { viewer } from '#server/domain/viewer.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ cookies, locals }) => ({
	viewer: viewer(locals.context),
	settings: await settings.ofFrame(locals.context.db),
	theme: themeOf(cookies),
	isLocaleGuessed: isLocaleGuessed(cookies)
});
