/** The two wires that share the port with the pages: Socket.IO and live documents. */
import type { IncomingMessage, Server } from 'node:http';
import type { App } from './app.ts';
import { whoOf } from './auth/sessions.ts';
import { attachCollaboration } from './collaboration/upgrade.ts';
import { attachProjection } from './live/projection.ts';
import { attachLive } from './live/socket.ts';

/** @param exclusive true when no one else answers upgrades on this server (in development, Vite does) */
export function openDoors(
	http: Server,
	app: App,
	{ exclusive }: { exclusive: boolean }
): { close(): Promise<void> } {
	const identify = (request: IncomingMessage) => whoOf(app.db, request.headers.cookie, app.secure, app.env);
	const stopProjection = attachProjection(app);
	const live = attachLive(http, app, { whoOf: identify });
	const collaboration = attachCollaboration(http, app, { whoOf: identify, exclusive });
	app.held = () => {
		const rooms = collaboration.rooms();
		return {
			rooms: rooms.length,
			bytes: rooms.reduce((sum, { size_bytes }) => sum + size_bytes, 0),
			people: new Set([...live.people(), ...collaboration.people()]).size
		};
	};
	return {
		async close() {
			app.held = undefined;
			await Promise.all([collaboration.close(), live.close()]);
			await stopProjection();
		}
	};
}
