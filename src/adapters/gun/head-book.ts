/**
 * Head hints (FORMATS 7): the newest committed record of each log, written at most every 2 s. A hint proves nothing; whoever believes a wrong one asks for
 * a range in vain.
 */
import type { GunGraph } from 'gun/gun.js';
import { equalBytes, toBase64url } from '#base/bytes';
import type { Clock } from '#ports/clock';
import type { HeadHint, RecordEntry } from '#ports/replica';
import { headsSoul, headValue, parseHeadValue } from '#vm/protocol/gun-names';
import { GUN_HEAD_MS, GUN_HEADS_DUE } from '#adapters/limits';
import type { Field } from './graph-entry.ts';

const SIGNATURE = 64;
/** Heads souls of a fragment: one for each first character of a writer. */
const FIRST = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The field of a hint: its state is the seq, so GUN's merge keeps the greatest. */
export function headField(head: HeadHint): Field {
  return { soul: headsSoul(head.space, head.fragment, head.writer), key: toBase64url(head.writer), value: headValue(head), state: head.seq };
}

/** Seq of the hint that GUN holds for the log; -1 = none. */
export function knownHead(graph: GunGraph, head: Pick<HeadHint, 'space' | 'fragment' | 'writer'>): number {
  const value = graph[headsSoul(head.space, head.fragment, head.writer)]?.[toBase64url(head.writer)];
  return typeof value === 'string' ? (parseHeadValue(value)?.seq ?? -1) : -1;
}

/** The hints held of a fragment, as values by writer. */
export function headsIn(graph: GunGraph, space: Uint8Array, fragment: Uint8Array): Map<string, string> {
  const base = headsSoul(space, fragment, new Uint8Array(32)).slice(0, -1);
  const out = new Map<string, string>();
  for (const first of FIRST) {
    for (const [writer, value] of Object.entries(graph[`${base}${first}`] ?? {})) if (writer !== '_' && typeof value === 'string') out.set(writer, value);
  }
  return out;
}

export interface HeadBook {
  /** Committed records, in any order. */
  note(entries: readonly RecordEntry[]): void;
}

/** `tell` gets the newest records of the logs that grew since it was told last. */
export function createHeadBook(clock: Clock, tell: (heads: ReadonlyMap<HeadHint, RecordEntry>) => void): HeadBook {
  const due = new Map<string, RecordEntry>();
  let planned = false;
  const flush = (): void => {
    planned = false;
    const heads = new Map([...due.values()].map((entry) => [hintOf(entry), entry] as const));
    due.clear();
    tell(heads);
  };
  const take = (entry: RecordEntry): void => {
    const key = `${headsSoul(entry.space, entry.fragment, entry.writer)} ${toBase64url(entry.writer)}`;
    const known = due.get(key);
    if (known ? known.seq >= entry.seq : due.size >= GUN_HEADS_DUE) return;
    due.set(key, entry);
  };
  return {
    note(entries) {
      // Runs of one log are the usual case: only the newest of a run is looked at.
      let run: RecordEntry | null = null;
      for (const entry of entries) {
        if (entry.bytes.length <= SIGNATURE) continue;
        const same = run !== null && run.writer[0] === entry.writer[0] && equalBytes(run.writer, entry.writer) && equalBytes(run.fragment, entry.fragment) && equalBytes(run.space, entry.space);
        if (run !== null && !same) take(run);
        if (!same || entry.seq > run!.seq) run = entry;
      }
      if (run !== null) take(run);
      if (planned || due.size === 0) return;
      planned = true;
      clock.setTimer(GUN_HEAD_MS, flush);
    },
  };
}

/** A record, or its stub, ends with the signature of its writer. */
function hintOf({ space, fragment, writer, seq, id, bytes }: RecordEntry): HeadHint {
  return { space, fragment, writer, seq, id: id.slice(), sig: bytes.slice(-SIGNATURE) };
}
