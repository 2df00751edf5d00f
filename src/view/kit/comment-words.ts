/** Gives the catalogue the words of comments and links of documents. */
import { enComments } from '#view/i18n/en-comments.ts';
import { ruComments } from '#view/i18n/ru-comments.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enComments, ru: ruComments });
