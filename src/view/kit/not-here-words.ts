/** Gives the catalogue the words for what an address names and is not here. */
import { enNotHere } from '#view/i18n/en-not-here.ts';
import { ruNotHere } from '#view/i18n/ru-not-here.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enNotHere, ru: ruNotHere });
