/** Gives the catalogue the words of a join: whoever shows one imports this. */
import { enJoin } from '#view/i18n/en-join.ts';
import { ruJoin } from '#view/i18n/ru-join.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enJoin, ru: ruJoin });
