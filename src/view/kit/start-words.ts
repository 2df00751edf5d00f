/** Gives the catalogue the words of the first steps. */
import { enStart } from '#view/i18n/en-start.ts';
import { ruStart } from '#view/i18n/ru-start.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enStart, ru: ruStart });
