/** What is said of how a beacon stands; adds its words to the catalogue. */
import type { BeaconCheckState, BeaconStand } from '#os/api';
import { enWitness } from '#view/i18n/en-witness.ts';
import { ruWitness } from '#view/i18n/ru-witness.ts';
import { addWords, type I18n, type Key } from '#view/kit/i18n.tsx';

addWords({ en: enWitness, ru: ruWitness });

/** What speaks against a beacon, the worst first. */
export type BeaconTrouble = Exclude<BeaconCheckState, 'none' | 'ok' | 'full'>;

/** In a sentence, behind its name; in a word, in a table. */
export const BEACON_TROUBLE: Readonly<Record<BeaconTrouble, { readonly text: Key; readonly word: Key }>> = {
  forked: { text: 'witness.forked', word: 'witness.wForked' },
  lost: { text: 'witness.lost', word: 'witness.wLost' },
  withholds: { text: 'witness.withholds', word: 'witness.wWithholds' },
  omits: { text: 'witness.omits', word: 'witness.wOmits' },
  unreached: { text: 'witness.unreached', word: 'witness.wUnreached' },
};

/** The trouble of a state; null: nothing speaks against it. */
export const troubleOfBeacon = (state: BeaconCheckState): BeaconTrouble | null => (state === 'none' || state === 'ok' || state === 'full' ? null : state);

/** In a word or two, for a table. */
export function standWords({ t, ago }: I18n, { state, checkedAt, saidAt }: BeaconStand, now: number): string {
  const trouble = troubleOfBeacon(state);
  if (trouble !== null) return t(BEACON_TROUBLE[trouble].word);
  if (state === 'none') return t('witness.none');
  if (state === 'full') return t('witness.full');
  return checkedAt !== null ? t('witness.ok', { ago: ago(checkedAt, now) }) : t('witness.okSaid', { ago: ago(saidAt ?? now, now) });
}
