/** Gives the catalogue the words of a connection by hand and of the ways of links: whoever shows one of them imports this. */
import type { HandReason } from '#os/net-acts-api';
import { enWays } from '#view/i18n/en-ways.ts';
import { ruWays } from '#view/i18n/ru-ways.ts';
import { addWords, type I18n, type Key } from '#view/kit/i18n.tsx';
import { errorCode, errorText } from '#view/kit/error-words.ts';

addWords({ en: enWays, ru: ruWays });

/** Codes that only these screens meet. */
export const WAY_ERRORS: ReadonlyMap<string, Key> = new Map<string, Key>([['bad-hand', 'error.badHand'], ['bad-way', 'error.badWay']]);

/** What to tell about a failed act on the network. */
export function wayError(t: I18n['t'], error: unknown): string {
  const key = WAY_ERRORS.get(errorCode(error));
  return key ? t(key) : errorText(t, error, 'hand.failed');
}

/** Why a connection by hand ended, or what was handed in was not used. */
export const HAND_REASON: Readonly<Record<HandReason, Key>> = {
  'no-way': 'hand.noWay', 'altered': 'hand.altered', 'hidden': 'hand.hidden', 'stale': 'hand.stale', 'own': 'hand.own', 'no-offer': 'hand.noOffer', 'linked': 'hand.linked', 'full': 'hand.full',
  'newer': 'hand.newer', 'older': 'hand.older', 'unsupported': 'hand.unsupported', 'timeout': 'hand.timeout', 'given-up': 'hand.givenUp', 'lost': 'hand.lost', 'offline': 'hand.offline',
};
