import type { App } from '../app.ts';
import * as cases from '../domain/cases.ts';

/** People typing commit many times a second; the lists follow this much later. */
const delay_ms = 1_500;

/**
 * Keeps the titles shown in lists after those of the live documents.
 * @returns the function that stops, once what was waiting is done
 */
export function attachProjection(app: App, { after_ms = delay_ms } = {}): () => Promise<void> {
	const waiting = new Map<string, NodeJS.Timeout>();
	/** Documents that are not a case: asked once. */
	const others = new Set<string>();
	let running = Promise.resolve();

	const projectLater = ({ documentId }: { documentId: string }) => {
		if (waiting.has(documentId) || others.has(documentId)) return;
		waiting.set(
			documentId,
			setTimeout(() => project(documentId), after_ms)
		);
	};
	const stops = [
		app.bus.subscribe('document.committed', projectLater),
		// Perhaps by the command line, which keeps no titles.
		app.bus.subscribe('document.edited', projectLater)
	];

	function project(documentId: string): void {
		clearTimeout(waiting.get(documentId));
		waiting.delete(documentId);
		running = running
			.then(async () => {
				if (!(await cases.project(app.db, documentId))) others.add(documentId);
			})
			.catch((error: unknown) => app.log.error({ err: error }, 'a title could not be refreshed'));
	}

	return async () => {
		for (const stop of stops) stop();
		for (const documentId of [...waiting.keys()]) project(documentId);
		await running;
	};
}
