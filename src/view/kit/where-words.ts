/** Adds the words of "Where is this?" to the catalogue. */
import { enWhere } from '#view/i18n/en-where.ts';
import { ruWhere } from '#view/i18n/ru-where.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enWhere, ru: ruWhere });
