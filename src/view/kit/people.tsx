/** Names of people in a space: what they chose for themselves, else what the space knows, else the start of their key. */
import { useMemo } from 'react';
import type { Member } from '#os/api';
import { PERSON, peopleByUid, ROOT, type Person } from '#domain/shared';
import { useKernel, useMembers, useNodes } from '#view/kit/kernel.tsx';

export interface People {
  members: Member[];
  loaded: boolean;
  person(uid: string): Person | undefined;
  /** A name to show; never empty. */
  name(uid: string | null): string;
}

/** What is known of the people of a space. */
export interface Known {
  readonly people: ReadonlyMap<string, Person>;
  readonly members: ReadonlyMap<string, Pick<Member, 'name' | 'role'>>;
  readonly me: { readonly uid: string; readonly name: string } | null;
  /** All that is here was read: who has no name now has none on this device. */
  readonly loaded: boolean;
}

/** The name of a person, else the start of their key; until names are read, none. */
export function nameIn({ people, members, me, loaded }: Known, uid: string | null): string {
  if (uid === null) return '…';
  const person = people.get(uid);
  const member = members.get(uid);
  // What others call somebody counts only for a Guest, who cannot write a name: nobody is renamed by another.
  const told = member && member.role !== 'guest' && !person?.selfChosen ? '' : person?.name;
  return told || member?.name || (me?.uid === uid ? me.name : '') || (loaded ? uid.slice(0, 6) : '…');
}

/** People of a space. */
export function usePeople(space: string | null): People {
  const api = useKernel();
  const members = useMembers(space);
  const { nodes, loaded: read } = useNodes(space, { type: PERSON, fragment: ROOT });
  return useMemo(() => {
    const loaded = members !== null && (read || space === null);
    const known: Known = { people: peopleByUid([...nodes.values()]), members: new Map((members ?? []).map((member) => [member.uid, member])), me: api.identity.get(), loaded };
    return { members: members ?? [], loaded, person: (uid) => known.people.get(uid), name: (uid) => nameIn(known, uid) };
  }, [api, members, nodes, read, space]);
}
