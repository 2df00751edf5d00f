/** Gives the catalogue the words of the trash. */
import { enTrash } from '#view/i18n/en-trash.ts';
import { ruTrash } from '#view/i18n/ru-trash.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enTrash, ru: ruTrash });
