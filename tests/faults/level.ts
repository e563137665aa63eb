/**
 * How much is broken: FAULTS is unset in `npm test`, `short` (minutes) or `long` in `npm run test:faults`.
 * Times are judged only in the last two, which have the machine for themselves.
 */
export const level = (process.env.FAULTS || 'brief') as 'brief' | 'short' | 'long';
if (!['brief', 'short', 'long'].includes(level)) throw new Error(`FAULTS=${level}: short or long`);

export const amount = <T>(brief: T, short: T, long: T): T => ({ brief, short, long })[level];

export const isTimed = level !== 'brief';

/** A line for whoever reads the results. */
export function report(line: string): void {
	console.log(line);
}

export function percentile(values: number[], rank: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * rank) / 100))] ?? Number.NaN;
}
