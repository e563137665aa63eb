import { expect } from 'vitest';
import type { Failure, FailureKind } from '../../server/errors.ts';

/** Waits for the failure and checks its kind and code, e.g. `failing(cases.submit(…), 'conflict', 'state_changed')`. */
export async function failing(
	work: Promise<unknown>,
	kind: FailureKind,
	code: string = kind
): Promise<Failure> {
	const outcome = await work.then(
		(value) => ({ value }),
		(error: unknown) => ({ error })
	);
	expect(outcome).toMatchObject({ error: { isFailure: true, kind, code } });
	return (outcome as { error: Failure }).error;
}
