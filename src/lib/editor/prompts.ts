/** What the guided template asks in each section. Shown, never saved as text. */
import type { SectionKey } from '#lib/document/template.ts';
import { m } from '#lib/paraglide/messages.js';

export interface Prompt {
	question: () => string;
	/** What a good answer holds. */
	expected: (() => string)[];
}

export const prompts: Record<SectionKey, Prompt> = {
	actions: {
		question: m.editor_prompt_actions,
		expected: [m.editor_prompt_actions_1, m.editor_prompt_actions_2, m.editor_prompt_actions_3]
	},
	results_here: {
		question: m.editor_prompt_results_here,
		expected: [m.editor_prompt_results_here_1, m.editor_prompt_results_here_2, m.editor_prompt_results_here_3]
	},
	results_there: {
		question: m.editor_prompt_results_there,
		expected: [
			m.editor_prompt_results_there_1,
			m.editor_prompt_results_there_2,
			m.editor_prompt_results_there_3
		]
	},
	difficulties: {
		question: m.editor_prompt_difficulties,
		expected: [m.editor_prompt_difficulties_1, m.editor_prompt_difficulties_2, m.editor_prompt_difficulties_3]
	}
};
