/** Gives the catalogue the words of old steps: whoever shows them imports this. */
import { enPast } from '#view/i18n/en-past.ts';
import { ruPast } from '#view/i18n/ru-past.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enPast, ru: ruPast });
