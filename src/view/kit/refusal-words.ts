/** Gives the catalogue the sentences for what the kernel refuses: loaded once the first screen is drawn. */
import { enRefusals } from '#view/i18n/en-refusals.ts';
import { ruRefusals } from '#view/i18n/ru-refusals.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enRefusals, ru: ruRefusals });
