/** The address of a list with what narrows it; an empty choice is left out. */
export function listAddress(path: string, choices: Record<string, string>): string {
	const search = new URLSearchParams(Object.entries(choices).filter(([, value]) => value !== '')).toString();
	return search ? `${path}?${search}` : path;
}
