/** True when an error means "the database cannot be reached now", as opposed to "this statement is wrong". */
export function isUnavailable(error: unknown): boolean {
	for (let cause = error; typeof cause === 'object' && cause !== null; cause = (cause as Error).cause) {
		const { code, message, severity } = cause as { code?: unknown; message?: unknown; severity?: unknown };
		if (
			typeof code === 'string' &&
			/^(08|57P0|53)|^(ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EPIPE|EMBEDDED_GONE)/.test(code)
		) {
			return true;
		}
		// "The database is not currently accepting connections": the same code on a statement is a mistake in it.
		if (code === '55000' && severity === 'FATAL') return true;
		if (
			typeof message === 'string' &&
			/^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Client (was closed|has encountered a connection error) and is not queryable)/i.test(
				message
			)
		) {
			return true;
		}
	}
	return false;
}
