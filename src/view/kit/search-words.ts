/** Gives the catalogue the words of the search. */
import { enSearch } from '#view/i18n/en-search.ts';
import { ruSearch } from '#view/i18n/ru-search.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enSearch, ru: ruSearch });
