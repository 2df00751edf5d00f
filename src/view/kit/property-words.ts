/** Gives the catalogue the words of properties and templates. */
import { enProperties } from '#view/i18n/en-properties.ts';
import { ruProperties } from '#view/i18n/ru-properties.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enProperties, ru: ruProperties });
