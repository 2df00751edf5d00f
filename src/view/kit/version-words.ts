/** Gives the catalogue the words of the history of a document. */
import { enVersions } from '#view/i18n/en-versions.ts';
import { ruVersions } from '#view/i18n/ru-versions.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enVersions, ru: ruVersions });
