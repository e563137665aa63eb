import type { App as Process } from '#server/app.ts';
import type { Context, Who } from '#server/context.ts';

declare global {
	namespace App {
		interface Locals {
			/** What the process opened: database, bus, log. */
			app: Process;
			who: Who;
			context: Context;
			/** Shown to people when something unexpected happens, written in the log beside its cause. */
			requestId: string;
			/** What the address led to is over: the page says so itself, and answers 410. */
			isGone?: true;
		}
		interface Error {
			/** Word of the catalogue; the page shows message `failure_<code>`. */
			code?: string;
			requestId?: string;
			/** What was typed in a form whose page is gone, to be given back. */
			typed?: string[];
			/** Seconds to wait, with status 429. */
			retryAfter_s?: number;
		}
	}
}

export {};
