/** Only a page of this site may be gone back to; anything else is the home page. */
export function comeBack(address: string | null | undefined): string {
	if (!address || !/^\/(?![/\\])/.test(address)) return '/';
	const url = new URL(address, 'http://here');
	return url.host === 'here' ? url.pathname + url.search + url.hash : '/';
}
