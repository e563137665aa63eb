import { viewer } from '#server/domain/viewer.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = ({ locals }) => ({ viewer: viewer(locals.context) });
