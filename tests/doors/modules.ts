/** The doors themselves: what each route exports. */
type Door = (event: never) => unknown;
interface Module {
	load?: Door;
	actions?: Record<string, Door>;
	[method: string]: unknown;
}

const modules = import.meta.glob<Module>('../../src/routes/**/+{page.server,server}.ts', { eager: true });

export const doors = new Map<string, Door>();
for (const [file, module] of Object.entries(modules)) {
	const route = file.replace(/^.*\/src\/routes/, '').replace(/\/\+(page\.server|server)\.ts$/, '') || '/';
	if (module.load) doors.set(`load ${route}`, module.load);
	for (const [name, act] of Object.entries(module.actions ?? {})) doors.set(`${name} ${route}`, act);
	for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'fallback'])
		if (method in module) doors.set(`${method} ${route}`, module[method] as Door);
}
