/** Light and dark are for those who want another theme than that of their device. */
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];
