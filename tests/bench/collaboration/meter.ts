/** What a measured server tells of itself, over the channel to the process that started it. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface Reading {
	/** Bytes. */
	rss: number;
	/** The most since the last reading, in bytes, looked at every 20 ms. */
	rssMost: number;
	/** 99th percentile since the last reading, in ms. */
	loopDelay_ms: number;
}

/** Answers every message: 'settle' collects garbage first (needs --expose-gc). */
export function answerReadings(): void {
	const delay = monitorEventLoopDelay({ resolution: 10 });
	delay.enable();
	let most = 0;
	setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20).unref();
	process.on('message', (message) => {
		if (message === 'settle') for (let times = 0; times < 3; times++) globalThis.gc?.();
		const rss = process.memoryUsage.rss();
		const reading: Reading = {
			rss,
			rssMost: Math.max(most, rss),
			// The histogram counts the waiting for its own timer as well.
			loopDelay_ms: Math.max(0, delay.percentile(99) / 1e6 - 10)
		};
		most = 0;
		delay.reset();
		process.send!(reading);
	});
	process.on('disconnect', () => process.exit());
}
