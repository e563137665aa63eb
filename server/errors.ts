/**
 * The five failures a domain function may throw. Doors translate `code` into the reader's language.
 * Recognise them with isFailure(), never with instanceof: this module is loaded twice, natively and in the bundle.
 */
export type FailureKind = 'not_found' | 'forbidden' | 'invalid' | 'conflict' | 'too_many';

export const statusOf: Record<FailureKind, number> = {
	not_found: 404,
	forbidden: 403,
	invalid: 400,
	conflict: 409,
	too_many: 429
};

export class Failure extends Error {
	readonly isFailure = true;
	readonly kind: FailureKind;
	/** A word of the catalogue, e.g. 'missing_parts'; the door shows message `failure_<code>`. */
	readonly code: string;
	readonly details: Record<string, unknown>;

	constructor(kind: FailureKind, code: string, details: Record<string, unknown> = {}) {
		super(`${kind}: ${code}`);
		this.kind = kind;
		this.code = code;
		this.details = details;
	}
}

export class NotFound extends Failure {
	constructor(code = 'not_found') {
		super('not_found', code);
	}
}
export class Forbidden extends Failure {
	constructor(code = 'forbidden') {
		super('forbidden', code);
	}
}
export class Invalid extends Failure {
	constructor(code: string, details: Record<string, unknown> = {}) {
		super('invalid', code, details);
	}
}
export class Conflict extends Failure {
	constructor(code: string, details: Record<string, unknown> = {}) {
		super('conflict', code, details);
	}
}
export class TooMany extends Failure {
	/** @param retryAfter_s seconds before another try is worth it */
	constructor(retryAfter_s: number) {
		super('too_many', 'too_many', { retryAfter_s });
	}
}

export function isFailure(error: unknown): error is Failure {
	return typeof error === 'object' && error !== null && (error as Failure).isFailure === true;
}

/** The sixth way to fail, which is nobody's fault here: the database cannot be reached now. */
export { isUnavailable } from './database/unavailable.ts';
