/** Gives the catalogue the words of the acts on people: whoever shows one of them imports this, so that nobody else loads them. */
import { enAccess } from '#view/i18n/en-access.ts';
import { ruAccess } from '#view/i18n/ru-access.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enAccess, ru: ruAccess });
