/** Gives the catalogue the words about what was moved and what is not open: whoever shows one of them imports this, so that nobody else loads them. */
import { enMoved } from '#view/i18n/en-moved.ts';
import { ruMoved } from '#view/i18n/ru-moved.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enMoved, ru: ruMoved });
