/** Gives the catalogue the words of files. */
import { enFiles } from '#view/i18n/en-files.ts';
import { ruFiles } from '#view/i18n/ru-files.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enFiles, ru: ruFiles });
