/** What waits or failed in a join and in the log, by the table of troubles.tsx. */
import type { JoinState, RecordInfo } from '#os/api';
import '#view/kit/system-words.ts';
import '#view/kit/join-words.ts';
import { REACH, type Trouble } from '#view/kit/troubles.tsx';

const ASK = { act: 'ask', keep: 'diagnostics' } as const;

/** Of a step of a join, by its reason. */
export const JOIN_TROUBLE: Readonly<Record<'bad-link' | 'expired' | 'used' | 'revoked' | 'no-server' | 'nobody-online' | 'refused' | 'timeout' | 'insecure' | 'by-hand' | 'declined' | 'full', Trouble>> = {
  'bad-link': { reason: 'join.badLink', ...ASK }, 'expired': { reason: 'join.expired', ...ASK }, 'used': { reason: 'join.used', ...ASK }, 'revoked': { reason: 'join.revoked', ...ASK },
  'no-server': { reason: 'join.noServer', ...ASK }, 'nobody-online': { reason: 'join.nobody', ...ASK }, 'refused': { reason: 'join.refused', ...ASK }, 'timeout': { reason: 'join.timeout', ...ASK },
  'insecure': { reason: 'join.insecure', ...ASK }, 'by-hand': { reason: 'join.byHand', ...ASK }, 'declined': { reason: 'join.declined', ...ASK }, 'full': { reason: 'join.full', ...ASK },
};

/** Of a step of a join; one without a reason that is known waits for an answer. */
export const joinTrouble = (state: Pick<JoinState, 'reason'>): Trouble => JOIN_TROUBLE[state.reason as keyof typeof JOIN_TROUBLE] ?? JOIN_TROUBLE.timeout;

/** Of a record that has no effect, or not yet. */
export const RECORD_TROUBLE: Readonly<Record<Exclude<RecordInfo['status'], 'applied'>, Trouble>> = {
  'parked': { reason: 'record.parkedWhy', ...REACH }, 'waiting': { reason: 'record.waitingWhy', ...REACH }, 'held-back': { reason: 'record.heldBackWhy', ...REACH }, 'void': { reason: 'record.voidWhy', ...REACH },
  'sealed': { reason: 'record.sealedWhy', ...REACH }, 'stub': { reason: 'record.stubWhy', ...REACH }, 'newer': { reason: 'record.newerWhy', act: 'reload', keep: 'diagnostics' },
  'quarantined': { reason: 'record.quarantinedWhy', ...REACH },
};
