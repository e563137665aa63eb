/** What may be logged of an error here. Its other fields can hold the row that failed, which is people's words. */
export function reasonOf(error: unknown): { code?: string; message: string } {
	if (!(error instanceof Error)) return { message: String(error) };
	const { code, message } = error as Error & { code?: unknown };
	return typeof code === 'string' ? { code, message } : { message };
}
