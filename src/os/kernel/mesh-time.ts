/**
 * Mesh time (FORMATS 4): own clock + median (rounded down) of the offsets taken in handshakes; own clock has one vote;
 * with two votes the server's decides if one is a server.
 */
import type { Clock } from '#ports/clock';
import { KERNEL_LIMITS } from '#os/limits';
import { meshOffset } from '#vm/protocol/stamp';

export interface MeshTime {
  /** ms. */
  now(): number;
  /** Adds or renews a source's offset (their clock − ours, ms). */
  vote(source: string, kind: 'peer' | 'server', offsetMs: number): void;
  drop(source: string): void;
  /** Mesh time − own clock, ms. */
  offset(): number;
  /** Before any source voted, mesh time is not below what it was when something of others was last stored (ms): a clock set back hides nothing held. */
  setFloor(ms: number): void;
  /** True once a source other than this device has voted. */
  known(): boolean;
}

/**
 * Mesh time over an injected wall clock. `onChange` is called when the offset moved by 1 s or more. When the wall clock is set, the offsets taken before
 * are moved against it, so that mesh time goes on as it was. A step ahead counts only when it is longer than any sleep of the machine: the monotone
 * clock may stand still meanwhile.
 */
export function createMeshTime(clock: Pick<Clock, 'now' | 'monotonic'>, onChange: () => void): MeshTime {
  const votes = new Map<string, { kind: 'peer' | 'server'; offset: number }>();
  let lead = clock.now() - clock.monotonic();
  let offset = 0;
  /** Mesh time was not below `ms` when the monotone clock stood at `at`. */
  let floor = { ms: 0, at: 0 };
  const lag = (wall: number): number => Math.max(0, floor.ms + clock.monotonic() - floor.at - wall);
  /** Own clock may be behind by this much at least; counts until somebody votes. */
  let behind = 0;
  const now = (): number => {
    const wall = clock.now();
    const jump = wall - clock.monotonic() - lead;
    if (jump <= -KERNEL_LIMITS.clockSetBackMs || jump >= KERNEL_LIMITS.clockSetAheadMs) {
      lead += jump;
      for (const vote of votes.values()) vote.offset -= jump;
      offset -= jump;
      behind = lag(wall);
    } else if (jump > 0) lead += jump;
    return wall;
  };
  const settle = (): void => {
    const all = [...votes.values()];
    const server = all.find((vote) => vote.kind === 'server');
    const next = meshOffset([0, ...all.map((vote) => vote.offset)], server ? Math.floor(server.offset) : null);
    const moved = Math.abs(next - offset) >= 1000;
    offset = next;
    if (moved) onChange();
  };
  return {
    now: () => Math.max(0, Math.floor(now() + (votes.size === 0 ? behind : offset))),
    vote(source, kind, offsetMs) {
      if (!Number.isFinite(offsetMs)) return;
      now();
      votes.delete(source);
      if (votes.size >= KERNEL_LIMITS.clockVotes) votes.delete(votes.keys().next().value!);
      votes.set(source, { kind, offset: offsetMs });
      settle();
    },
    drop(source) {
      if (votes.delete(source)) settle();
    },
    setFloor(ms) {
      const wall = now();
      floor = { ms, at: clock.monotonic() };
      behind = lag(wall);
    },
    offset() {
      now();
      return offset;
    },
    known: () => votes.size > 0,
  };
}
