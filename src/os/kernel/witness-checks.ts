/**
 * A check of a beacon (docs/decisions/0076): records that it confirmed, drawn at random, are asked for by a hash that only their bytes give, and one of them in the
 * way in which everybody asks. What it does not have is lost; what it does not answer, or proves and does not give, it withholds.
 */
import { equalBytes, fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { baselinesIn } from '#os/rights/baselines';
import { GUARD_LIMITS } from '#vm/limits';
import { parseRecord } from '#vm/protocol/record';
import { heldHash } from '#vm/protocol/witness';
import type { Core, PeerState } from '#vm/replication/peer-state';
import type { WitnessExchange } from '#vm/replication/witness';
import { WITNESS_LIMITS } from '#vm/witness-limits';
import type { BeaconCheck } from './beacon-check.ts';
import { logKey } from './log-key.ts';
import type { Kernel, Space } from './state.ts';

export interface CheckDeps {
  readonly kernel: Kernel;
  readonly core: Core;
  readonly exchange: WitnessExchange;
}

interface Drawn {
  readonly fragment: Bytes;
  readonly writer: Bytes;
  readonly seq: number;
  readonly id: Bytes;
}

interface Asked extends Drawn {
  readonly hash: Bytes;
}

/** Asks, and notes in the check what came of it. */
export async function runCheck({ kernel, core, exchange }: CheckDeps, space: Space, check: BeaconCheck, peer: PeerState): Promise<void> {
  const nonce = kernel.deps.random.bytes(32);
  const asked = await withHashes(kernel, drawn(kernel, space, check), nonce);
  if (asked.length === 0 || peer.closed) return;
  const answer = await exchange.check(core, peer, space.id, nonce, asked);
  kernel.metric('witness.checks', 1);
  const now = kernel.deps.clock.now();
  if (answer === null) return peer.closed ? undefined : check.unanswered(now);
  const bad = asked.find(({ hash }, i) => answer[i] === null || answer[i] === undefined || !equalBytes(answer[i], hash));
  if (bad !== undefined) {
    kernel.metric('witness.lost', 1);
    return check.checked({ fragment: bad.fragment, writer: bad.writer, seq: bad.seq, id: bad.id, at: check.lost?.at ?? now }, now);
  }
  if (await gives(core, space, asked.at(-1)!, peer)) check.checked(null, now);
  else if (!peer.closed) check.unanswered(now);
}

/** Does it give the record to who asks for it as everybody does? */
async function gives(core: Core, { id: space }: Space, { fragment, writer, seq, id }: Drawn, peer: PeerState): Promise<boolean> {
  const entries = await core.replica.get(peer.id, { space, fragment, writer, from: seq, to: seq, maxBytes: GUARD_LIMITS.replyBytes }).catch(() => []);
  return entries.some((entry) => equalBytes(entry.id, id));
}

async function withHashes(kernel: Kernel, list: readonly Drawn[], nonce: Bytes): Promise<Asked[]> {
  const out: Asked[] = [];
  for (const one of list) {
    const [row] = await kernel.index.read([toBase64url(one.id)]);
    const parsed = row ? parseRecord(row.bytes) : null;
    // Of a stub this device cannot say what its body was.
    if (parsed?.ok === true && parsed.value.body !== null) out.push({ ...one, hash: heldHash(nonce, parsed.value.headerBytes, parsed.value.body) });
  }
  return out;
}

/** Records that it confirmed, at random; what it had not the last time first. */
function drawn(kernel: Kernel, space: Space, check: BeaconCheck): Drawn[] {
  const out: Drawn[] = check.lost === null || isCovered(space, check.lost) ? [] : [check.lost];
  const fragments = [...space.fragments.values()];
  for (let tries = WITNESS_LIMITS.checks * 4; tries > 0 && out.length < WITNESS_LIMITS.checks; tries--) {
    const fragment = oneOf(kernel, fragments);
    const writer = fragment && oneOf(kernel, fragment.log.frontier())?.writer;
    const text = writer ? toBase64url(writer) : '';
    const held = fragment && writer && kernel.copies.heldBy(logKey(space, fragment, text), [check.device]);
    if (!fragment || !writer || !held) continue;
    const seq = Math.floor(chance(kernel) * (held.seq + 1));
    const ids = fragment.index.at(text, seq);
    // Of a fork it may have either branch.
    const id = ids.length === 1 ? fromBase64url(ids[0]!) : null;
    if (id !== null && !isCovered(space, { fragment: fragment.id, writer, seq }) && !out.some((one) => equalBytes(one.id, id))) out.push({ fragment: fragment.id, writer, seq, id });
  }
  return out;
}

/** Is it at or below a head that a baseline covers on which a beacon may stand? It may have let that go (BASE6). */
function isCovered(space: Space, { fragment, writer, seq }: Pick<Drawn, 'fragment' | 'writer' | 'seq'>): boolean {
  const key = toBase64url(fragment);
  return [...baselinesIn(space.rights.view()).values()].some((one) => one.usable && one.fragment === key && one.heads.some((head) => head.seq >= seq && equalBytes(head.writer, writer)));
}

const chance = (kernel: Kernel): number => new DataView(kernel.deps.random.bytes(4).buffer).getUint32(0) / 2 ** 32;

const oneOf = <T>(kernel: Kernel, list: readonly T[]): T | undefined => list[Math.floor(chance(kernel) * list.length)];
