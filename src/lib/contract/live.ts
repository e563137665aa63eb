/** Every name spoken over Socket.IO. A name that is not here is never sent. */
import type { Locale } from './locales.ts';

/** A post as the browser shows it. body is the author's text; html is rendered by the server from it. */
export interface PostView {
	id: string;
	threadId: string;
	number: number;
	authorName: string | null;
	/** Of the page of its author, for a reader who may open it. What comes over the wire is the same for all: null. */
	authorAddress: string | null;
	organisationName: string | null;
	html: string;
	/** Its author reads the screens in it; null when that is not known. */
	language: Locale | null;
	/** ISO 8601, UTC. */
	createdAt: string;
}

/** Server to browser. */
export interface LiveEvents {
	/** A post was committed. Numbers of a thread have no gap: a missing one means "catch up over HTTP". */
	'post.created': (payload: { threadId: string; number: number; post: PostView }) => void;
	/** Every 25 s: the newest number of each joined thread, so that a silently dead line is noticed. */
	'threads.heads': (payload: { heads: Record<string, number> }) => void;
	/** The session behind this socket has ended; the socket closes. When other rights change it closes and comes back. */
	'session.ended': () => void;
}

export type JoinAnswer =
	{ ok: true; lastNumber: number } | { ok: false; reason: 'missing' | 'invalid' | 'unavailable' };

/** Browser to server. The id is asked about, never trusted: the server decides the room. */
export interface LiveRequests {
	'thread.join': (request: { threadId: string }, answer: (answer: JoinAnswer) => void) => void;
	'thread.leave': (request: { threadId: string }) => void;
}

/** GET /api/threads/<id>/posts?after=<number>: at most this many posts, oldest first. */
export const catchUpLimit = 100;
