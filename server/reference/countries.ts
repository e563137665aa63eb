/**
 * Countries and territories: the 249 codes of ISO 3166-1 alpha-2, and XK, which the standard leaves to its users and
 * everybody gives to Kosovo. Names come from the Unicode data inside Node and are stored, so that the server and every
 * browser say the same.
 */
import { locales, type Locale } from '#lib/contract/locales.ts';

const codes = `
	AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
	CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
	GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
	KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT
	MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
	SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ
	UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
`
	.trim()
	.split(/\s+/);

/** Where the Unicode name is not the one a French local government, or its partner, writes. */
const preferred: Record<string, Partial<Record<Locale, string>>> = {
	BA: { en: 'Bosnia and Herzegovina' },
	BN: { fr: 'Brunei' },
	CD: {
		fr: 'République démocratique du Congo',
		en: 'Democratic Republic of the Congo',
		es: 'República Democrática del Congo'
	},
	CG: { fr: 'Congo (Brazzaville)', en: 'Congo (Brazzaville)', es: 'Congo (Brazzaville)' },
	CI: { es: 'Costa de Marfil' },
	HK: { fr: 'Hong Kong', en: 'Hong Kong', es: 'Hong Kong' },
	MM: { fr: 'Birmanie (Myanmar)' },
	MO: { fr: 'Macao', en: 'Macao', es: 'Macao' },
	PS: { fr: 'Palestine', en: 'Palestine', es: 'Palestina' },
	VA: { fr: 'Vatican', es: 'Vaticano' },
	VN: { fr: 'Vietnam' }
};

export interface CountrySeed {
	code: string;
	name: Record<Locale, string>;
}

/** @throws Error when this Node was built without the names of one of our languages */
export function countrySeeds(): CountrySeed[] {
	const named = locales.map((locale) => {
		const names = new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' });
		if (names.resolvedOptions().locale !== locale)
			throw new Error(`this Node has no names of countries in "${locale}": use one built with full ICU`);
		return [locale, names] as const;
	});
	return codes.map((code) => ({
		code,
		name: Object.fromEntries(
			named.map(([locale, names]) => {
				const name = preferred[code]?.[locale] ?? names.of(code);
				if (!name) throw new Error(`country ${code} has no name in "${locale}"`);
				return [locale, name];
			})
		) as Record<Locale, string>
	}));
}
