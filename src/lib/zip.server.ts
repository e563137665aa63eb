/** A ZIP of a few small files, compressed: enough of the format (PKWARE's APPNOTE 6.3.10, §4.3) for what is made here. */
import { crc32, deflateRawSync } from 'node:zlib';

/** @param files name → text, names in ASCII */
export function zip(files: Record<string, string>, at = new Date()): Uint8Array<ArrayBuffer> {
	const parts: Buffer[] = [];
	const directory: Buffer[] = [];
	let offset = 0;
	const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
	const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
	for (const [name, text] of Object.entries(files)) {
		const words = Buffer.from(text);
		const data = deflateRawSync(words);
		// What the local header and the directory say alike: version 2.0, no flag, deflated.
		const common = Buffer.alloc(26);
		[20, 0, 8, time, date].forEach((value, index) => common.writeUInt16LE(value, index * 2));
		[crc32(words), data.length, words.length].forEach((value, index) =>
			common.writeUInt32LE(value, 10 + index * 4)
		);
		common.writeUInt16LE(name.length, 22);
		parts.push(Buffer.from('PK\x03\x04'), common, Buffer.from(name), data);
		const entry = Buffer.alloc(14);
		entry.writeUInt32LE(offset, 10);
		directory.push(Buffer.from('PK\x01\x02\x14\0'), common, entry, Buffer.from(name));
		offset += 4 + common.length + name.length + data.length;
	}
	const listed = Buffer.concat(directory);
	const count = Object.keys(files).length;
	const end = Buffer.alloc(22);
	end.write('PK\x05\x06', 'latin1');
	end.writeUInt16LE(count, 8);
	end.writeUInt16LE(count, 10);
	end.writeUInt32LE(listed.length, 12);
	end.writeUInt32LE(offset, 16);
	return new Uint8Array(Buffer.concat([...parts, listed, end]));
}
