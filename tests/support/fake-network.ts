/** Acts on the network of the fake kernel: an offer that waits, and two servers for ways. */
import type { HandView, NetAct, NetWays } from '#os/net-acts-api';

let hand: HandView | null = null;
let ways: NetWays = { hide: false, ice: [{ urls: ['stun:stun.example.org:3478'] }, { urls: ['turn:turn.example.org'], username: 'anna', credential: 'river' }] };

/** What the kernel would answer. */
export function networkAct(act: NetAct): unknown {
  if (act.act === 'ways') return ways;
  if (act.act === 'set-ways') return (ways = act.ways);
  if (act.act === 'check-way') return { ok: true, ms: 31, reason: null };
  if (act.act === 'hand-end') hand = hand && { ...hand, step: 'ended', reason: 'given-up' };
  if (act.act === 'hand-offer') hand = { role: 'offer', step: 'show', reason: null, refused: null, link: `#/meet/${'iQBQ5a7w'.repeat(24)}`, until: Date.now() + 540_000, device: null };
  return hand;
}
