import { theme } from '#server/domain/themes.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => ({ theme: await theme(locals.context.db) });
