/** Gives the catalogue the words of goals. */
import { enGoals } from '#view/i18n/en-goals.ts';
import { ruGoals } from '#view/i18n/ru-goals.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enGoals, ru: ruGoals });
