/**
 * The living "Start here" list (UX 7.1). A step is done only when the graph says that it has happened: a message of mine, a
 * `start/offline@1` fact, a second device of mine, a second person in one of my spaces. Nothing here can be ticked by hand.
 */
import type { NodeView, Op } from '#os/api';
import { numberOf } from './text.ts';

export const START_OFFLINE = 'start/offline@1';
export const START_VERB = 'start/step.done@1';

export type StartStep =
  | { step: 'write'; done: false }
  | { step: 'write'; done: true; at: number }
  | { step: 'offline'; done: false }
  | { step: 'offline'; done: true; at: number; edits: number; tookMs: number }
  | { step: 'device'; done: false }
  | { step: 'device'; done: true }
  | { step: 'invite'; done: false }
  | { step: 'invite'; done: true; name: string };

/** A measured absence: how many edits were made without a network and how long after the return all was sent or kept. */
export interface OfflineFact {
  /** ms, when the network was back. */
  at: number;
  edits: number;
  /** ms from the return to everything being committed. */
  tookMs: number;
}

/** The operation that records the fact in the Personal space. */
export function offlineDone(fact: OfflineFact): Op[] {
  const props = { at: Math.round(fact.at), edits: fact.edits, tookMs: Math.round(fact.tookMs) };
  return [{ op: 'node.create', type: START_OFFLINE, props, verb: START_VERB }];
}

/** The oldest offline fact among the nodes. */
export function readOfflineFact(nodes: readonly NodeView[]): OfflineFact | null {
  for (const node of nodes) {
    if (node.type !== START_OFFLINE || node.deleted) continue;
    const edits = numberOf(node.props['edits']) ?? 0;
    if (edits < 1) continue;
    return { at: numberOf(node.props['at']) ?? node.createdAt, edits, tookMs: numberOf(node.props['tookMs']) ?? 0 };
  }
  return null;
}

/** The four steps of this build from what the graph holds. */
export function startSteps(facts: { firstLineAt: number | null; offline: OfflineFact | null; devices: number; other: string | null }): StartStep[] {
  return [
    facts.firstLineAt === null ? { step: 'write', done: false } : { step: 'write', done: true, at: facts.firstLineAt },
    facts.offline === null ? { step: 'offline', done: false } : { step: 'offline', done: true, ...facts.offline },
    facts.devices > 1 ? { step: 'device', done: true } : { step: 'device', done: false },
    facts.other === null ? { step: 'invite', done: false } : { step: 'invite', done: true, name: facts.other },
  ];
}
