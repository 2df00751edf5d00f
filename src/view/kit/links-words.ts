/** Gives the catalogue the words of public links: whoever shows one imports this. */
import { enLinks } from '#view/i18n/en-links.ts';
import { ruLinks } from '#view/i18n/ru-links.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enLinks, ru: ruLinks });
