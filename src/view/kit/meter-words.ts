/** Adds the words of the durability meter to the catalogue. */
import { enMeter } from '#view/i18n/en-meter.ts';
import { ruMeter } from '#view/i18n/ru-meter.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enMeter, ru: ruMeter });
