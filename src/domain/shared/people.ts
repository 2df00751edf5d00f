/**
 * People of a space as nodes. `person@1` lives in the space's root fragment, props {uid, author, name}; a name counts as
 * self-chosen only when the node's creator is the uid it speaks of.
 */
import type { NodeView, Op } from '#os/api';
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
  return { node: node.id, fragment: node.fragment, uid, name, selfChosen: node.createdBy === uid, stamp: node.stamp };
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

/** Operations that make my person node say my name; empty when it already does. */
export function introduceMe(me: { uid: string; name: string }, known: Person | undefined): Op[] {
  const name = oneLine(textOf(me.name, PERSON_NAME_MAX) ?? '');
  if (known?.selfChosen) {
    return known.name === name ? [] : [{ op: 'node.set', id: known.node, props: { name }, verb: 'person.rename@1' }];
  }
  return [{ op: 'node.create', type: PERSON, props: { uid: me.uid, author: me.uid, name }, verb: 'person.introduce@1' }];
}
