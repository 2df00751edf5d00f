/** Gives the catalogue the words about muting and blocking: whoever shows one of them imports this, so that nobody else loads them. */
import { enQuiet } from '#view/i18n/en-quiet.ts';
import { ruQuiet } from '#view/i18n/ru-quiet.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enQuiet, ru: ruQuiet });
