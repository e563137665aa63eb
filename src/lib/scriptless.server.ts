import type { RequestEvent } from '@sveltejs/kit';

/** Pages that live for members, and that visitors only read. */
export const readOnlyForVisitors = ['/discussions/[id]', '/fiches/[reference]/discussion'];

/** What a visitor only reads comes without JavaScript. Kit's `csr` cannot say it: there it belongs to a whole route. */
export function isScriptless({ locals, route }: RequestEvent): boolean {
	return locals.who.kind === 'visitor' && readOnlyForVisitors.includes(route.id ?? '');
}

/** Takes out the one script that Kit writes: the start of hydration. */
export function withoutScript(html: string): string {
	return html.replace(/<script\b[^>]*>\s*\{\s*__sveltekit_[\s\S]*?<\/script>/, '');
}
