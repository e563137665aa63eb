/** How many characters the name of a theme may have, in each language. */
export const themeNameCharacters = 120;
