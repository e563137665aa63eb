/** What the pieces of this folder share: the typed server, and the names of rooms, which only the server ever says. */
import type { Server, Socket } from 'socket.io';
import type { LiveEvents, LiveRequests } from '#lib/contract/live.ts';
import type { Member } from '../context.ts';

interface SocketData {
	who: Member;
	/** rights.changes() when who was asked for. */
	changesSeen: number;
}
type NoEvents = Record<string, never>;

export type LiveServer = Server<LiveRequests, LiveEvents, NoEvents, SocketData>;
export type LiveSocket = Socket<LiveRequests, LiveEvents, NoEvents, SocketData>;

export const threadRoom = (threadId: string) => `thread:${threadId}`;
export const memberRoom = (memberId: string) => `member:${memberId}`;
export const sessionRoom = (sessionId: string) => `session:${sessionId}`;

/** Ids of the threads this socket hears. */
export function threadsHeardBy(socket: LiveSocket): string[] {
	return [...socket.rooms]
		.filter((room) => room.startsWith('thread:'))
		.map((room) => room.slice('thread:'.length));
}

/** The sockets of this process that are in a room now. */
export function socketsIn(io: LiveServer, room: string): LiveSocket[] {
	return [...(io.sockets.adapter.rooms.get(room) ?? [])].flatMap((id) => io.sockets.sockets.get(id) ?? []);
}
