/**
 * The witnesses of one beacon in one space, as far as they are kept: a window of each of its logs, and the proof when it told two things. Pure: signatures
 * were looked at before.
 */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { isForked, provesLie, takesTurns, type Witness } from '#vm/protocol/witness';
import { WITNESS_LIMITS } from '#vm/witness-limits';
import { logKey } from './log-name.ts';

/** new: kept · known · old: before what is kept. */
export type Taken = 'new' | 'known' | 'old';

interface Log {
  readonly name: string;
  /** By seq, rising; no two of one seq. */
  list: Witness[];
  bytes: number;
}

export class WitnessBook {
  /** The one written into last is the last. */
  private logs: Log[] = [];
  private found: readonly Witness[] | null = null;
  /** `fragment/writer` → greatest seq said in the log that goes on now. */
  private readonly said = new Map<string, number>();

  /** Two or three witnesses that no honest beacon made, once they are here. */
  get proof(): readonly Witness[] | null {
    return this.found;
  }

  /** Of the log that goes on now; the newest last. */
  get window(): readonly Witness[] {
    return this.logs.at(-1)?.list ?? [];
  }

  get newest(): Witness | null {
    return this.window.at(-1) ?? null;
  }

  /** All that are kept, of older logs first. */
  all(): Witness[] {
    return this.logs.flatMap(({ list }) => list);
  }

  /** From when on nothing is missing of what it said, ms; Infinity while nothing is here. */
  wholeSince(): number {
    const { window } = this;
    let at = window.length - 1;
    while (at > 0 && window[at - 1]!.seq === window[at]!.seq - 1) at -= 1;
    return window[at]?.ms ?? Infinity;
  }

  /** The first place behind which something is missing of the newest, to be asked for; null when nothing is. What lies further back nobody has to have any more. */
  gap(): { readonly log: Bytes; readonly from: number; readonly to: number } | null {
    const { window } = this;
    for (let at = window.length - 1; at > 0; at--) {
      const [before, after] = [window[at - 1]!, window[at]!];
      if (after.seq <= this.newest!.seq - WITNESS_LIMITS.whole) return null;
      if (before.seq !== after.seq - 1) return { log: after.log, from: Math.max(before.seq + 1, after.seq - WITNESS_LIMITS.perMessage), to: after.seq - 1 };
    }
    return null;
  }

  /** The greatest seq of the log that it said it holds, in its log that goes on now; −1: none is kept. */
  saidOf(fragment: Uint8Array, writer: Uint8Array): number {
    return this.said.get(logKey(fragment, writer)) ?? -1;
  }

  has(id: Uint8Array): boolean {
    return this.logs.some(({ list }) => list.some((one) => equalBytes(one.id, id)));
  }

  /** Takes one in. A lie that it shows stands in `proof` afterwards. */
  take(w: Witness): Taken {
    if (this.has(w.id)) return 'known';
    this.found ??= this.lieWith(w);
    const name = toBase64url(w.log);
    let log = this.logs.find((one) => one.name === name);
    if (log === undefined) this.logs.push((log = { name, list: [], bytes: 0 }));
    const full = log.list.length >= WITNESS_LIMITS.window || log.bytes >= WITNESS_LIMITS.windowBytes;
    // Of a fork the first that came stays; the other is in the proof.
    if (log.list.some(({ seq }) => seq === w.seq) || (full && w.seq < log.list[0]!.seq)) return 'old';
    log.list = [...log.list, w].sort((a, b) => a.seq - b.seq);
    log.bytes += w.bytes.length;
    while (log.list.length > WITNESS_LIMITS.window || (log.bytes > WITNESS_LIMITS.windowBytes && log.list.length > 1)) log.bytes -= log.list.shift()!.bytes.length;
    this.settle();
    return 'new';
  }

  /** A proof that somebody else found. */
  takeProof(list: readonly Witness[]): boolean {
    if (this.found !== null || !provesLie(list)) return false;
    this.found = list;
    return true;
  }

  private settle(): void {
    const last = (log: Log): number => log.list.at(-1)?.ms ?? 0;
    this.logs = [...this.logs].sort((a, b) => last(a) - last(b)).slice(-WITNESS_LIMITS.logs);
    this.said.clear();
    for (const { heads } of this.window) {
      for (const { fragment, writer, seq } of heads) {
        const key = logKey(fragment, writer);
        if ((this.said.get(key) ?? -1) < seq) this.said.set(key, seq);
      }
    }
  }

  private lieWith(w: Witness): readonly Witness[] | null {
    const forked = this.all().find((one) => isForked(one, w));
    if (forked !== undefined) return [forked, w];
    const name = toBase64url(w.log);
    const own = this.logs.find((log) => log.name === name)?.list ?? [];
    for (const { list, name: other } of this.logs) {
      if (other === name) continue;
      for (const m of list) {
        const turn = [[own[0], m, w], [w, m, own.at(-1)]].find(([first, between, last]) => first && between && last && takesTurns(first, between, last));
        if (turn !== undefined) return turn as Witness[];
      }
      if (takesTurns(list[0]!, w, list.at(-1)!)) return [list[0]!, w, list.at(-1)!];
    }
    return null;
  }
}
