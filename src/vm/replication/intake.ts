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
  /** Over a budget now: good again a little later. */
  readonly late: Bytes[];
}

/** Null when the payload broke the link's record memory: the caller closes the link. `asked`: an answer to a get of ours. */
export function takeRecords(guard: Guard, peer: PeerState, channel: Channel, payload: Bytes, asked = false): Intake | null {
  const records = peer.batches.decode(channel, payload);
  if (!records.ok) return null;
  const out: Intake = { fresh: [], known: [], late: [] };
  judge(guard, peer, records.value, out, asked);
  return out;
}

/** Judges what was over a budget before once more. */
export function takeLate(guard: Guard, peer: PeerState, intake: Intake): void {
  judge(guard, peer, intake.late.splice(0), intake, true);
}

function judge(guard: Guard, peer: PeerState, records: readonly Bytes[], out: Intake, asked: boolean): void {
  for (const bytes of records) {
    const verdict = guard.checkPut(peer.id, bytes, asked);
    if (verdict.ok) {
      const entry = entryOf(verdict.parsed);
      const state = peer.spaces.get(toBase64url(entry.space));
      if (state !== undefined && mayAsk(peer, state)) out.fresh.push(entry);
      continue;
    }
    if (verdict.drop === 'rate') out.late.push(bytes);
    if (verdict.drop !== 'known') continue;
    const parsed = parseRecord(bytes);
    if (parsed.ok) out.known.push(entryOf(parsed.value));
  }
}
