/** True when an error means "the database cannot be reached now", as opposed to "this statement is wrong". */
export function isUnavailable(error: unknown): boolean {
	for (let cause = error; typeof cause === 'object' && cause !== null; cause = (cause as Error).cause) {
		const { code, message } = cause as { code?: unknown; message?: unknown };
		if (
			typeof code === 'string' &&
			/^(08|57P0|53)|^(ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EPIPE|EMBEDDED_GONE)/.test(code)
		) {
			return true;
		}
		if (
			typeof message === 'string' &&
			/^(Connection terminated|timeout exceeded when trying to connect|timeout expired)/i.test(message)
		) {
			return true;
		}
	}
	return false;
}
