/** Only a page of this site may be gone back to; anything else is the home page. */
export function comeBack(address: string | null | undefined): string {
	if (!address || !isPath(address)) return '/';
	const { host, pathname, search, hash } = new URL(address, 'http://here');
	// Once its dots are resolved, "/..//elsewhere" names another site.
	return host === 'here' && isPath(pathname) ? pathname + search + hash : '/';
}

const isPath = (address: string) => /^\/(?![/\\])/.test(address);
