/** A client that sends and reads raw frames, in the words of each server. It keeps no document, to cost little itself. */
import { once } from 'node:events';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import type { Place } from './place.ts';

export interface Heard {
	/** An update, or the answer to what we asked. */
	onUpdate?(update: Uint8Array, at_ms: number): void;
	/** So many of the updates sent on this connection are said to be kept. */
	onAcknowledged?(count: number, at_ms: number): void;
}

const nothing = new Uint8Array([0]);

export class Client {
	/** Resolves once the document was received. */
	readonly joined: Promise<Uint8Array>;
	readonly #socket: WebSocket;
	readonly #prefix: Uint8Array;
	#statuses = 0;

	/** Resolves once the socket is open and the document asked for. */
	static async open(place: Place, name: string, cookie: string, heard: Heard = {}): Promise<Client> {
		const socket = new WebSocket(`ws://127.0.0.1:${place.port}/collab/${name}?ext=1`, {
			headers: { cookie, origin: `http://127.0.0.1:${place.port}` },
			perMessageDeflate: false
		});
		const client = new Client(place, socket, name, heard);
		await once(socket, 'open');
		if (place.kind === 'hocuspocus')
			client.#say((encoder) => {
				encoding.writeVarUint(encoder, 2);
				encoding.writeVarUint(encoder, 0);
				encoding.writeVarString(encoder, 'none');
			});
		socket.send(client.frame(0, nothing));
		return client;
	}

	private constructor({ kind }: Place, socket: WebSocket, name: string, heard: Heard) {
		this.#socket = socket;
		const encoder = encoding.createEncoder();
		if (kind === 'hocuspocus') encoding.writeVarString(encoder, name);
		this.#prefix = encoding.toUint8Array(encoder);
		socket.on('error', () => {});
		this.joined = new Promise((resolve) => {
			// Nobody answers on a relay.
			if (kind === 'relay') resolve(nothing);
			socket.on('message', (data: Buffer) => {
				const at_ms = performance.now();
				const type = data[this.#prefix.length];
				if (type === 0 || type === 4) {
					const sync = data[this.#prefix.length + 1];
					if (sync === 0 || (sync === 2 && !heard.onUpdate)) return;
					const update = this.#payload(data);
					if (sync === 1) resolve(update);
					else heard.onUpdate?.(update, at_ms);
				} else if (type === 100) heard.onAcknowledged?.(this.#number(data), at_ms);
				else if (type === 8 && kind === 'hocuspocus') heard.onAcknowledged?.(++this.#statuses, at_ms);
			});
		});
	}

	/** sync type 0 asks with a state vector, 2 brings an update. */
	frame(sync: 0 | 2, bytes: Uint8Array): Uint8Array {
		return this.#frame((encoder) => {
			encoding.writeVarUint(encoder, 0);
			encoding.writeVarUint(encoder, sync);
			encoding.writeVarUint8Array(encoder, bytes);
		});
	}

	update(update: Uint8Array): void {
		this.#socket.send(this.frame(2, update));
	}

	sendFrame(frame: Uint8Array): void {
		this.#socket.send(frame);
	}

	presence(clientId: number, clock: number, state: object): void {
		const entry = encoding.createEncoder();
		encoding.writeVarUint(entry, 1);
		encoding.writeVarUint(entry, clientId);
		encoding.writeVarUint(entry, clock);
		encoding.writeVarString(entry, JSON.stringify(state));
		this.#say((encoder) => {
			encoding.writeVarUint(encoder, 1);
			encoding.writeVarUint8Array(encoder, encoding.toUint8Array(entry));
		});
	}

	leave(): void {
		this.#socket.terminate();
	}

	#say(write: (encoder: encoding.Encoder) => void): void {
		this.#socket.send(this.#frame(write));
	}

	#frame(write: (encoder: encoding.Encoder) => void): Uint8Array {
		const encoder = encoding.createEncoder();
		encoding.writeUint8Array(encoder, this.#prefix);
		write(encoder);
		return encoding.toUint8Array(encoder);
	}

	#payload(data: Buffer): Uint8Array {
		const decoder = decoding.createDecoder(data);
		decoder.pos = this.#prefix.length + 2;
		return decoding.readVarUint8Array(decoder);
	}

	#number(data: Buffer): number {
		const decoder = decoding.createDecoder(data);
		decoder.pos = this.#prefix.length + 1;
		return decoding.readVarUint(decoder);
	}
}
