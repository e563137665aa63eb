/** Who may import whom. Each rule has a planted fault in tests/unit/layers.test.ts. */

const tests = '\\.(test|e2e)\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
	forbidden: [
		{
			name: 'no-cycles',
			comment: 'Two files that need each other are one file, or hide a third.',
			severity: 'error',
			from: {},
			to: { circular: true }
		},
		{
			name: 'pages-reach-the-server-through-its-doors',
			comment: 'Pages call the domain and say who asks; what lies behind is not theirs.',
			severity: 'error',
			from: { path: '^src/', pathNot: ['^src/hooks\\.server\\.ts$', '^src/app\\.d\\.ts$', tests] },
			to: { path: '^server/', pathNot: ['^server/(domain|auth)/', '^server/(context|errors)\\.ts$'] }
		},
		{
			name: 'hooks-open-the-application',
			comment:
				'The HTTP door finds the application, its database and its headers, and nothing of the other wires.',
			severity: 'error',
			from: { path: ['^src/hooks\\.server\\.ts$', '^src/app\\.d\\.ts$'] },
			to: {
				path: '^server/',
				pathNot: ['^server/(domain|auth|database)/', '^server/(answer-headers|app|context|errors)\\.ts$']
			}
		},
		{
			name: 'the-domain-knows-no-transport',
			comment: 'Rules are the same whichever wire asks.',
			severity: 'error',
			from: { path: '^server/domain/', pathNot: tests },
			to: {
				path: [
					'^server/(live|collaboration|jobs|deliverables)/',
					'^server/(app|main|doors|dev|build|cli|verbs|health|prepare)\\.ts$',
					'^src/(routes|hooks)',
					'^(node:)?https?$',
					'^(node:)?net$',
					'(^|/)node_modules/(socket\\.io|engine\\.io|ws|y-websocket|y-protocols|@sveltejs)(/|$)'
				]
			}
		},
		{
			name: 'the-contract-imports-valibot-only',
			comment: 'Both sides share it: it may drag nothing along.',
			severity: 'error',
			from: { path: '^src/lib/contract/', pathNot: tests },
			to: { pathNot: ['^src/lib/contract/', '(^|/)node_modules/valibot/', '^valibot$'] }
		},
		{
			name: 'the-document-imports-contract-and-editor-schema-only',
			comment: 'The shape of a live document is the same in a browser, on the server and in a worker.',
			severity: 'error',
			from: { path: '^src/lib/document/', pathNot: tests },
			to: {
				pathNot: [
					'^src/lib/(contract|document)/',
					'(^|/)node_modules/(yjs|lib0|prosemirror-[^/]+|@tiptap/[^/]+)/',
					'^(yjs|lib0|prosemirror-[^/]+|@tiptap/[^/]+)(/|$)'
				]
			}
		},
		{
			name: 'the-server-takes-contract-and-document-only',
			comment: 'Node runs the server as it is: what is made for the browser or the bundle cannot follow.',
			severity: 'error',
			from: { path: '^server/' },
			to: { path: '^src/', pathNot: '^src/lib/(contract|document)/' }
		},
		{
			name: 'migrations-import-kysely-only',
			comment: 'A migration is frozen once landed: it may not change with the code around it.',
			severity: 'error',
			from: { path: '^migrations/', pathNot: tests },
			to: { pathNot: ['(^|/)node_modules/kysely/', '^kysely(/|$)'] }
		},
		{
			name: 'only-tests-import-tests',
			comment: 'What is made for tests must not reach people.',
			severity: 'error',
			from: { pathNot: ['^tests/', tests] },
			to: { path: ['^tests/', tests] }
		}
	],
	options: {
		// Types count: a file that only borrows a type is tied to its neighbour all the same.
		tsPreCompilationDeps: true,
		doNotFollow: { path: 'node_modules' },
		exclude: { path: ['^src/lib/paraglide/', '/\\$types(\\.js)?$'] },
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['types', 'svelte', 'import', 'node', 'default'],
			extensions: ['.ts', '.js', '.mjs', '.svelte', '.d.ts']
		}
	}
};
