/**
 * Writes what everybody must know of a fork that no single fragment shows: fork.proof{stub, stub} in `acl` (FORMATS 5), open to every role. After a random
 * pause, so that of all who see the evidence few write; once it is proven nobody writes it again.
 */
import { toBase64url } from '#base/bytes';
import { KERNEL_LIMITS } from '#os/limits';
import { forkProofOps } from '#os/rights/builders';
import { provenFork } from '#os/rights/fork-proof';
import { parseRecord, toStub } from '#vm/protocol/record';
import type { ForkEvidence } from '#vm/log/space-chain';
import { randomPause } from './random-pause.ts';
import type { Sealer } from './sealer.ts';
import type { Kernel, Space } from './state.ts';

export interface ForkProofs {
  /** Plans a proof of the earliest evidence seen until the pause is over. */
  plan(space: Space, evidence: ForkEvidence): void;
}

const where = ({ a, b }: ForkEvidence): number => Math.min(a.n, b.n);

/** `run` puts work behind what the kernel mends already; `again` is called later when the disk refused it. */
export function createForkProofs(kernel: Kernel, sealer: Sealer, run: (work: () => Promise<void>, again: () => void) => void): ForkProofs {
  const planned = new Map<string, ForkEvidence>();

  const write = async (space: Space, evidence: ForkEvidence): Promise<void> => {
    if (!kernel.leader || !wanted(kernel, space, evidence)) return;
    const rows = await kernel.index.read([evidence.a.key, evidence.b.key]);
    const stubs = rows.map((row) => parseRecord(row.bytes)).flatMap((parsed) => (parsed.ok ? [toStub(parsed.value).bytes] : []));
    const [a, b] = stubs;
    if (!a || !b || !provenFork(space.id, a, b)) return;
    await sealer.writeAcl(space, forkProofOps(a, b));
    kernel.metric('forks.proven', 1);
  };

  const plan = (space: Space, evidence: ForkEvidence): void => {
    // Two records at one place of one log are a fork in that fragment, which acts by itself.
    if (toBase64url(evidence.a.fragment) === toBase64url(evidence.b.fragment)) return;
    const key = `${space.key} ${toBase64url(evidence.writer)}`;
    const known = planned.get(key);
    if (known && where(known) <= where(evidence)) return;
    if (!known && planned.size >= KERNEL_LIMITS.forkProofsPlanned) return;
    planned.set(key, evidence);
    if (known) return;
    kernel.deps.clock.setTimer(randomPause(kernel.deps.random, KERNEL_LIMITS.proofPauseMs), () => {
      const earliest = planned.get(key)!;
      planned.delete(key);
      run(() => write(space, earliest), () => plan(space, earliest));
    });
  };
  return { plan };
}

/** Is this person a member, and is the fork not proven from there on already? Few proofs of one writer, however many it provokes. */
function wanted(kernel: Kernel, space: Space, evidence: ForkEvidence): boolean {
  const { profile } = kernel;
  if (!profile || space.standing !== 'member' || space.rights.roleOf(profile.uid) === null) return false;
  const known = space.rights.view().forkProofs.get(toBase64url(evidence.writer));
  return !known || (known.n > where(evidence) && known.count < KERNEL_LIMITS.forkProofsPerWriter);
}
