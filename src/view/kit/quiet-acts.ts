/** Muting and blocking as operations on the Personal space. Pure; comes with the dialog, so that no first screen loads it. */
import type { Op } from '#os/api';
import { derivedId, oneLine, PERSON_NAME_MAX, QUIET, type Quiet, type QuietSubject } from '#domain/shared';

/** Is it on? */
export function isOn(quiet: Quiet, { kind, of }: Pick<QuietSubject, 'kind' | 'of'>): boolean {
  return quiet.entries.some((entry) => entry.on && entry.kind === kind && entry.of === of);
}

/** Operations for the Personal space; empty when nothing would change. All my devices write into one node. */
export function setQuiet(quiet: Quiet, subject: QuietSubject, on: boolean): Op[] {
  const same = quiet.entries.filter((entry) => entry.kind === subject.kind && entry.of === subject.of);
  if (same.length === 0) {
    const { kind, of, space, fragment, label } = subject;
    const props = { kind, of, space, ...(fragment === null ? {} : { fragment }), label: oneLine(label).slice(0, PERSON_NAME_MAX), on };
    return on ? [{ op: 'node.create', id: derivedId(`lgos/quiet/1/${kind}`, of), type: QUIET, props, verb: 'quiet.set@1' }] : [];
  }
  // By hand (console) several nodes may speak of one thing: none of them stays on.
  const change = same.filter((entry) => entry.on !== on);
  return (on ? change.slice(0, isOn(quiet, subject) ? 0 : 1) : change).map((entry) => ({ op: 'node.set', id: entry.node, props: { on }, verb: 'quiet.set@1' }));
}
