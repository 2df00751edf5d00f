/** Gives the catalogue the words of documents. */
import './property-words.ts';
import { enDocuments } from '#view/i18n/en-documents.ts';
import { ruDocuments } from '#view/i18n/ru-documents.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enDocuments, ru: ruDocuments });
