/** npm run bench -- <name>: measures one part and prints a table. */
const [name, ...words] = process.argv.slice(2);
const benches: Record<string, () => Promise<{ run(words: string[]): Promise<void> }>> = {
	collab: () => import('./collaboration/collaboration.ts'),
	organisations: () => import('./organisations.ts')
};
const bench = benches[name ?? ''];
if (!bench) {
	console.error(`npm run bench -- ${Object.keys(benches).join('|')} [words of a line]`);
	process.exit(1);
}
await (await bench()).run(words);
process.exit();
