/** Why Passerelle cannot start, said to the person who starts it: print the message alone, without the stack. */
export class StartError extends Error {
	readonly isStartError = true;
}

export function isStartError(error: unknown): error is StartError {
	return typeof error === 'object' && error !== null && (error as StartError).isStartError === true;
}
