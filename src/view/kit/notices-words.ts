/** Gives the catalogue the words of notices. */
import { enNotices } from '#view/i18n/en-notices.ts';
import { ruNotices } from '#view/i18n/ru-notices.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enNotices, ru: ruNotices });
