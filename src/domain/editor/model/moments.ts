/**
 * The history of a document from its records: each edit with who made it and when. A moment is a cut through it: for each writer the last edit that is in it.
 * A writer's edits have a strict order, so that a cut names exactly what somebody saw, also when older edits of others come in later.
 */
import type { TextEditRecord } from '#os/api';
import type { Block } from './block.ts';
import { DocReplica } from './replica.ts';

export type TextEdit = TextEditRecord;

/** Writer → stamp of its last edit that is in. */
export type Cut = Readonly<Record<string, string>>;

/** Edits of one sitting. */
export interface Sitting {
  readonly from: number;
  readonly to: number;
  /** In the order they first wrote. */
  readonly who: readonly (string | null)[];
  readonly edits: number;
  /** The state after it. */
  readonly cut: Cut;
}

/** A pause of this length ends a sitting; none is longer than the second, ms. */
const PAUSE_MS = 10 * 60_000;
const LONGEST_MS = 60 * 60_000;

/** Everything up to and with the edit at a place. */
export function cutAt(edits: readonly TextEdit[], last: number): Cut {
  const cut: Record<string, string> = {};
  for (const edit of edits.slice(0, last + 1)) if (edit.sealed) withEdit(cut, edit);
  return cut;
}

function withEdit(cut: Record<string, string>, { writer, stamp }: TextEdit): Record<string, string> {
  if (!(Object.hasOwn(cut, writer) && cut[writer]! > stamp)) cut[writer] = stamp;
  return cut;
}

/** Sittings, the newest first. Edits that are not sealed yet are in none. */
export function sittings(edits: readonly TextEdit[]): Sitting[] {
  const out: { from: number; to: number; who: Set<string | null>; edits: number; cut: Cut }[] = [];
  let cut: Record<string, string> = {};
  for (const edit of edits) {
    const now = out.at(-1);
    if (!edit.sealed) continue;
    const goesOn = now && edit.at - now.to < PAUSE_MS && edit.at - now.from < LONGEST_MS;
    // Each state is the one before it and what was added: not everything from the beginning on.
    cut = withEdit(goesOn ? cut : { ...cut }, edit);
    if (goesOn) Object.assign(now, { to: Math.max(now.to, edit.at), edits: now.edits + 1, who: now.who.add(edit.who) });
    else out.push({ from: edit.at, to: edit.at, who: new Set([edit.who]), edits: 1, cut });
  }
  return out.map(({ who, ...one }) => ({ ...one, who: [...who] })).reverse();
}

/** The updates of the edits that are in a cut. */
export const updatesIn = (edits: readonly TextEdit[], cut: Cut): Uint8Array[] => edits.filter(({ writer, stamp, sealed }) => sealed && Object.hasOwn(cut, writer) && stamp <= cut[writer]!).map(({ update }) => update);

/** A branch: the document as it was at the cut, to be written on under a client id of its own, with what was written there before. The document gets nothing of it. */
export function forkAt(edits: readonly TextEdit[], cut: Cut, client: number, updates: readonly Uint8Array[]): DocReplica {
  const replica = new DocReplica(client);
  replica.take(updatesIn(edits, cut));
  replica.take(updates);
  return replica;
}

/** The blocks of a cut. */
export const blocksAt = (edits: readonly TextEdit[], cut: Cut): readonly Block[] => forkAt(edits, cut, 0, []).shown();

/** Is everything here that the cut names? Of one from before a baseline it is not: its edits are one with what came after them. */
export function holdsCut(edits: readonly TextEdit[], cut: Cut): boolean {
  if (edits.some(({ baseline, writer }) => baseline === true && !Object.hasOwn(cut, writer))) return false;
  const last = new Map<string, string>();
  for (const { writer, stamp, sealed } of edits) if (sealed && stamp > (last.get(writer) ?? '')) last.set(writer, stamp);
  return Object.entries(cut).every(([writer, stamp]) => (last.get(writer) ?? '') >= stamp);
}

/** Does the cut hold everything that is known? */
export function isWhole(edits: readonly TextEdit[], cut: Cut): boolean {
  return edits.every(({ writer, stamp }) => Object.hasOwn(cut, writer) && stamp <= cut[writer]!);
}
