/**
 * People of a space as nodes, written by the kernel. `person@1` lives in the space's root fragment, props {uid, author, name};
 * a name counts as self-chosen only when the uid it speaks of set it.
 */
import type { NodeView } from '#os/api';
import { PERSON_NAME_MAX } from './limits.ts';
import { oneLine, textOf } from './text.ts';

export const PERSON = 'person@1';

export interface Person {
  node: string;
  fragment: string;
  uid: string;
  name: string;
  /** True when the person wrote it about themselves. */
  selfChosen: boolean;
  stamp: string;
}

/** A person of a node, or null when the node is none. */
export function readPerson(node: NodeView): Person | null {
  if (node.type !== PERSON || node.deleted) return null;
  const uid = textOf(node.props['uid'], 128);
  const name = oneLine(textOf(node.props['name'], PERSON_NAME_MAX) ?? '');
  if (!uid) return null;
  const saidBy = node.setBy?.['name'] === undefined ? node.createdBy : node.setBy['name'];
  return { node: node.id, fragment: node.fragment, uid, name, selfChosen: saidBy === uid, stamp: node.stamp };
}

/**
 * One person per uid: self-chosen before told by others, then the oldest. Two devices may have made two nodes; everyone
 * picks the same one, so reactions of one person meet in one edge target.
 */
export function peopleByUid(nodes: readonly NodeView[]): Map<string, Person> {
  const people = new Map<string, Person>();
  for (const node of nodes) {
    const person = readPerson(node);
    if (!person) continue;
    const before = people.get(person.uid);
    const better =
      !before || (person.selfChosen !== before.selfChosen ? person.selfChosen : person.stamp < before.stamp);
    if (better) people.set(person.uid, person);
  }
  return people;
}
