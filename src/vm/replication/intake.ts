/** Records that came over a link, judged by the guard one by one: new ones, known ones (nobody's fault), and the rest dropped. */
import type { Bytes } from '#base/bytes';
import type { RecordEntry } from '#ports/replica';
import type { Channel } from '#ports/wire';
import { parseRecord } from '#vm/protocol/record';
import type { Guard } from './guard.ts';
import { mayAsk, type PeerState } from './peer-state.ts';
import { entryOf } from './record-batch.ts';
import { toBase64url } from '#base/bytes';

export interface Intake {
  readonly fresh: RecordEntry[];
  /** Held already. */
  readonly known: RecordEntry[];
}

/** Null when the payload broke the link's record memory: the caller closes the link. */
export function takeRecords(guard: Guard, peer: PeerState, channel: Channel, payload: Bytes): Intake | null {
  const records = peer.batches.decode(channel, payload);
  if (!records.ok) return null;
  const out: Intake = { fresh: [], known: [] };
  for (const bytes of records.value) {
    const verdict = guard.checkPut(peer.id, bytes);
    if (verdict.ok) {
      const entry = entryOf(verdict.parsed);
      const state = peer.spaces.get(toBase64url(entry.space));
      if (state !== undefined && mayAsk(peer, state)) out.fresh.push(entry);
      continue;
    }
    if (verdict.drop !== 'known') continue;
    const parsed = parseRecord(bytes);
    if (parsed.ok) out.known.push(entryOf(parsed.value));
  }
  return out;
}
