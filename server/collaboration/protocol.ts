/** The frames of a live document: bytes to words and back. One message per frame, as the stock client reads. */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { messageType } from '#lib/contract/collaboration.ts';

const step1 = 0;
const step2 = 1;
const update = 2;

export type Message =
	| { kind: 'question'; stateVector: Uint8Array }
	/** A frame that may change the document: sync step 2 or update. */
	| { kind: 'change'; isStep2: boolean; update: Uint8Array }
	| { kind: 'awareness'; update: Uint8Array }
	| { kind: 'queryAwareness' };

/** @throws Error for anything the stock client would never send */
export function decodeMessage(frame: Uint8Array): Message {
	const decoder = decoding.createDecoder(frame);
	const message = decodeBody(decoder);
	if (decoding.hasContent(decoder)) throw new Error('more than one message in a frame');
	return message;
}

function decodeBody(decoder: decoding.Decoder): Message {
	const type = decoding.readVarUint(decoder);
	if (type === messageType.sync) {
		const sync = decoding.readVarUint(decoder);
		const bytes = decoding.readVarUint8Array(decoder);
		if (sync === step1) return { kind: 'question', stateVector: bytes };
		if (sync === step2 || sync === update) return { kind: 'change', isStep2: sync === step2, update: bytes };
		throw new Error('unknown sync message');
	}
	if (type === messageType.awareness)
		return { kind: 'awareness', update: decoding.readVarUint8Array(decoder) };
	if (type === messageType.queryAwareness) return { kind: 'queryAwareness' };
	throw new Error('unknown message');
}

export const encodeStep1 = (stateVector: Uint8Array) => encodeSync(step1, stateVector);
export const encodeStep2 = (state: Uint8Array) => encodeSync(step2, state);
export const encodeUpdate = (data: Uint8Array) => encodeSync(update, data);

function encodeSync(type: number, bytes: Uint8Array): Uint8Array {
	const encoder = encoding.createEncoder();
	encoding.writeVarUint(encoder, messageType.sync);
	encoding.writeVarUint(encoder, type);
	encoding.writeVarUint8Array(encoder, bytes);
	return encoding.toUint8Array(encoder);
}

export function encodeNumber(type: 'acknowledged' | 'access' | 'waiting', value: number): Uint8Array {
	const encoder = encoding.createEncoder();
	encoding.writeVarUint(encoder, messageType[type]);
	encoding.writeVarUint(encoder, value);
	return encoding.toUint8Array(encoder);
}

export interface Presence {
	clientId: number;
	clock: number;
	/** JSON text; 'null' when this one left. */
	state: string;
}

export function encodeAwareness(entries: Presence[]): Uint8Array {
	const body = encoding.createEncoder();
	encoding.writeVarUint(body, entries.length);
	for (const { clientId, clock, state } of entries) {
		encoding.writeVarUint(body, clientId);
		encoding.writeVarUint(body, clock);
		encoding.writeVarString(body, state);
	}
	const encoder = encoding.createEncoder();
	encoding.writeVarUint(encoder, messageType.awareness);
	encoding.writeVarUint8Array(encoder, encoding.toUint8Array(body));
	return encoding.toUint8Array(encoder);
}

/**
 * The states in an awareness update as undecoded bytes: the stock client echoes everybody's, and only its own is read.
 * @throws Error when it is malformed
 */
export function* readAwareness(bytes: Uint8Array): Generator<{ clientId: number; state: Uint8Array }> {
	const decoder = decoding.createDecoder(bytes);
	const count = decoding.readVarUint(decoder);
	for (let index = 0; index < count; index++) {
		const clientId = decoding.readVarUint(decoder);
		decoding.readVarUint(decoder);
		yield { clientId, state: decoding.readVarUint8Array(decoder) };
	}
	if (decoding.hasContent(decoder)) throw new Error('bytes after the last state');
}
