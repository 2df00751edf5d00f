/** Gives the catalogue the words of the Hub. */
import { enHub } from '#view/i18n/en-hub.ts';
import { ruHub } from '#view/i18n/ru-hub.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enHub, ru: ruHub });
