/** npm run bench -- <name>: measures one part and prints a table. */
const [name] = process.argv.slice(2);
const benches: Record<string, () => Promise<{ run(): Promise<void> }>> = {
	collab: () => import('./collaboration.ts')
};
const bench = benches[name ?? ''];
if (!bench) {
	console.error(`npm run bench -- ${Object.keys(benches).join('|')}`);
	process.exit(1);
}
await (await bench()).run();
