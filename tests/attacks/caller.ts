/** Somebody who speaks HTTP by hand: cookies are kept, redirects are not followed, every header can be said. */
import { request } from 'node:http';

export interface Answer {
	status: number;
	headers: Record<string, string | string[] | undefined>;
	body: string;
}

export class Caller {
	readonly origin: string;
	readonly cookies = new Map<string, string>();

	constructor(origin: string) {
		this.origin = origin;
	}

	get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
		return this.say('GET', path, headers);
	}

	/** A form, sent as a page of this site sends it unless the headers say otherwise. */
	post(
		path: string,
		fields: Record<string, string> | string,
		headers: Record<string, string | undefined> = {}
	): Promise<Answer> {
		const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString();
		return this.say(
			'POST',
			path,
			{ origin: this.origin, 'content-type': 'application/x-www-form-urlencoded', ...headers },
			body
		);
	}

	say(
		method: string,
		path: string,
		headers: Record<string, string | undefined>,
		body?: string | Buffer
	): Promise<Answer> {
		const { hostname, port } = new URL(this.origin);
		const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
		const said = { accept: 'text/html', ...(cookie ? { cookie } : {}), ...headers };
		return new Promise((resolve, reject) => {
			const call = request(
				{
					hostname,
					port,
					method,
					path,
					headers: Object.fromEntries(
						Object.entries({
							...said,
							...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) })
						}).filter((entry): entry is [string, string] => entry[1] !== undefined)
					)
				},
				(response) => {
					const chunks: Buffer[] = [];
					response.on('data', (chunk: Buffer) => chunks.push(chunk));
					response.on('error', reject);
					response.on('end', () => {
						for (const line of response.headers['set-cookie'] ?? []) this.#keep(line);
						resolve({
							status: response.statusCode ?? 0,
							headers: response.headers,
							body: Buffer.concat(chunks).toString('utf8')
						});
					});
				}
			);
			call.on('error', reject);
			if (body !== undefined) call.write(body);
			call.end();
		});
	}

	async signIn(account: { email: string; password: string }): Promise<Answer> {
		return this.post('/connexion', { email: account.email, password: account.password });
	}

	/** The hidden fields and the values of the forms of a page, by name. */
	static field(page: string, name: string): string {
		const value = new RegExp(`name="${name}"[^>]*value="([^"]*)"`).exec(page)?.[1];
		if (value === undefined) throw new Error(`no field ${name} in the page`);
		return value;
	}

	#keep(line: string): void {
		const [pair = '', ...attributes] = line.split(';');
		const [name = '', ...value] = pair.split('=');
		const isGone = attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute));
		if (isGone) this.cookies.delete(name.trim());
		else this.cookies.set(name.trim(), value.join('='));
	}
}
