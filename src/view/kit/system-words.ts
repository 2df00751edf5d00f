/** Gives the catalogue the words of System, Settings, records, history and archives: whoever shows one of them imports this, so that nobody else loads them. */
import { enSystem } from '#view/i18n/en-system.ts';
import { ruSystem } from '#view/i18n/ru-system.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enSystem, ru: ruSystem });
