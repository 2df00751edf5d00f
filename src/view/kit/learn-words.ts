/** Gives the catalogue the words of Learn. */
import { enLearn } from '#view/i18n/en-learn.ts';
import { ruLearn } from '#view/i18n/ru-learn.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enLearn, ru: ruLearn });
