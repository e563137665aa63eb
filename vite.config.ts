import adapter from '@sveltejs/adapter-node';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';
import { passerelleDev } from './server/dev.ts';

export default defineConfig({
	plugins: [
		passerelleDev(),
		paraglideVitePlugin({
			project: './project.inlang',
			outdir: './src/lib/paraglide',
			strategy: ['cookie', 'preferredLanguage', 'baseLocale']
		}),
		sveltekit({
			adapter: adapter(),
			csp: {
				mode: 'auto',
				directives: {
					'default-src': ['self'],
					'script-src': ['self'],
					'style-src': ['self'],
					// Kit's route announcer and the carets of the editor set positions through style attributes.
					'style-src-attr': ['unsafe-inline'],
					'img-src': ['self', 'data:'],
					'font-src': ['self'],
					'connect-src': ['self'],
					'object-src': ['none'],
					'base-uri': ['none'],
					'form-action': ['self'],
					'frame-ancestors': ['none']
				}
			}
		})
	],
	// Found late, they would be loaded a second time, and two copies of Yjs do not understand each other.
	optimizeDeps: {
		include: [
			'@tiptap/core',
			'@tiptap/extension-collaboration',
			'@tiptap/extension-collaboration-caret',
			'@tiptap/extension-blockquote',
			'@tiptap/extension-bold',
			'@tiptap/extension-document',
			'@tiptap/extension-hard-break',
			'@tiptap/extension-heading',
			'@tiptap/extension-italic',
			'@tiptap/extension-list/bullet-list',
			'@tiptap/extension-list/item',
			'@tiptap/extension-list/keymap',
			'@tiptap/extension-list/ordered-list',
			'@tiptap/extension-paragraph',
			'@tiptap/extension-text',
			'@tiptap/extensions/drop-cursor',
			'@tiptap/extensions/placeholder',
			'@tiptap/pm/state',
			'lib0/decoding',
			'socket.io-client',
			'y-websocket',
			'yjs'
		]
	},
	server: { strictPort: true },
	build: { chunkSizeWarningLimit: 700 }
});
