/** One question to the whole site. What the asker may not read is not looked into. */
import { hashed } from '../auth/sign-in.ts';
import type { Context } from '../context.ts';
import { consume, type Limit } from '../rate-limits.ts';
import * as cases from './cases.ts';
import * as organisations from './organisations.ts';
import { searchText } from './search-text.ts';
import * as threads from './threads.ts';

export interface Found {
	cases: cases.PublishedCase[];
	threads: threads.ThreadSummary[];
	organisations: organisations.DirectoryItem[];
	/** There are others than those given. */
	more: { cases: boolean; threads: boolean; organisations: boolean };
}

/** Above what hands do; reading every text for the words is work. A visitor is known by a hash of their address. */
const searches: Limit = { points: 60, duration_s: 60 };
const mostOfEach = 8;
/** A name has many namesakes: these lead to the list of them all. */
const mostOrganisations = 5;
const leastCharacters = 2;

/**
 * Published cases, the general threads this person may read, and the organisations of that name.
 * @param address the caller's IP address; only its hash is kept, for as long as the limit counts
 * @returns null when nothing, or too little, is asked
 * @throws TooMany
 */
export async function search(context: Context, query: string, address: string): Promise<Found | null> {
	if (searchText(query).length < leastCharacters) return null;
	const { who, db } = context;
	await consume(db, 'search', who.kind === 'member' ? who.id : hashed(address), searches);

	const foundCases = await cases.listPublished(context, { query });
	const foundThreads = await threads.list(context, { query });
	const foundOrganisations = await organisations.directory(context, { query, address });
	return {
		cases: foundCases.items.slice(0, mostOfEach),
		threads: foundThreads.items.slice(0, mostOfEach),
		organisations: foundOrganisations.items.slice(0, mostOrganisations),
		more: {
			cases: foundCases.items.length > mostOfEach,
			threads: foundThreads.items.length > mostOfEach,
			organisations: foundOrganisations.items.length > mostOrganisations
		}
	};
}
