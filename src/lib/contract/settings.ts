/** How many characters each setting of the installation may have. */
export const settingCharacters = {
	networkName: 120,
	contactName: 120,
	contactEmail: 254,
	contactAddress: 500,
	publisher: 500,
	host: 500
} as const;
export type Setting = keyof typeof settingCharacters;
export const settingNames = Object.keys(settingCharacters) as Setting[];
