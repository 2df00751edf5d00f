/** Gives the catalogue the words of beacons: whoever shows one imports this. */
import { enBeacons } from '#view/i18n/en-beacons.ts';
import { ruBeacons } from '#view/i18n/ru-beacons.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enBeacons, ru: ruBeacons });
