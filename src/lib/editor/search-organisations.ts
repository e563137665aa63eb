import type { Choice } from '#lib/ui/combobox.svelte';

/** The registry by name. @throws Error when it does not answer, or the session has ended */
export async function searchOrganisations(query: string): Promise<Choice[]> {
	const response = await fetch(`/api/organisations?q=${encodeURIComponent(query)}`);
	if (!response.ok) throw new Error(`the search answered ${response.status}`);
	const organisations = (await response.json()) as { id: string; name: string; place: string }[];
	return organisations.map(({ id, name, place }) => ({ id, name, detail: place }));
}
