/** Gives the catalogue the words of parts of the recovery key: whoever shows them imports this, so that nobody else loads them. */
import type { KeyPartRefusal } from '#os/recovery-api';
import { enParts } from '#view/i18n/en-parts.ts';
import { ruParts } from '#view/i18n/ru-parts.ts';
import { addWords, type Key } from '#view/kit/i18n.tsx';

addWords({ en: enParts, ru: ruParts });

/** Why a text was not taken. */
export const PART_REFUSALS: Readonly<Record<KeyPartRefusal, Key>> = { form: 'parts.form', elsewhere: 'parts.elsewhere', twice: 'parts.twice', full: 'parts.full' };
