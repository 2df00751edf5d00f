/** Gives the catalogue the words of agents. */
import { enMind } from '#view/i18n/en-mind.ts';
import { ruMind } from '#view/i18n/ru-mind.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enMind, ru: ruMind });
