/** A real SMTP server on a free port, which keeps what it is given. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface PostOffice {
	url: string;
	/** What was accepted, as it came over the wire, oldest first. */
	mails: { to: string[]; raw: string }[];
	close(): Promise<void>;
}

/** @param answer called for each recipient; an error it gives is the server's answer */
export async function openPostOffice(answer: () => Error | null = () => null): Promise<PostOffice> {
	const mails: PostOffice['mails'] = [];
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS'],
		onRcptTo: (_address, _session, callback) => callback(answer()),
		onData(stream, session, callback) {
			const chunks: Buffer[] = [];
			stream.on('data', (chunk: Buffer) => chunks.push(chunk));
			stream.on('end', () => {
				const to = session.envelope.rcptTo.map((recipient) => recipient.address);
				mails.push({ to, raw: Buffer.concat(chunks).toString('utf8') });
				callback();
			});
		}
	});
	server.listen(0, '127.0.0.1');
	await once(server.server, 'listening');
	const { port } = server.server.address() as AddressInfo;
	return {
		url: `smtp://127.0.0.1:${port}`,
		mails,
		close: () => new Promise((done) => server.close(done))
	};
}

/** What an SMTP server answers, such as 451 "try again later". */
export function smtpRefusal(code: number, words: string): Error {
	return Object.assign(new Error(words), { responseCode: code });
}

/** The text or the HTML of a mail, its transfer encoding undone. */
export function partOf(raw: string, type: 'text/plain' | 'text/html'): string {
	const section = raw.split(/\r?\n--/).find((candidate) => candidate.includes(`Content-Type: ${type}`)) ?? '';
	const [head = '', ...body] = section.split(/\r?\n\r?\n/);
	const text = body.join('\n\n');
	if (/base64/i.test(head)) return Buffer.from(text, 'base64').toString('utf8');
	if (!/quoted-printable/i.test(head)) return text;
	const bytes = text
		.replace(/=\r?\n/g, '')
		.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
	return Buffer.from(bytes, 'latin1').toString('utf8');
}
