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

/** People of a space. */
export function usePeople(space: string | null): People {
  const api = useKernel();
  const members = useMembers(space);
  const { nodes } = useNodes(space, { type: PERSON, fragment: ROOT });
  return useMemo(() => {
    const people = peopleByUid([...nodes.values()]);
    const byUid = new Map((members ?? []).map((member) => [member.uid, member]));
    const me = api.identity.get();
    return {
      members: members ?? [],
      loaded: members !== null,
      person: (uid) => people.get(uid),
      name: (uid) => {
        if (uid === null) return '…';
        const person = people.get(uid);
        const member = byUid.get(uid);
        // What others call somebody counts only for a Guest, who cannot write a name: nobody is renamed by another.
        const told = member && member.role !== 'guest' && !person?.selfChosen ? '' : person?.name;
        return told || member?.name || (me?.uid === uid ? me.name : '') || uid.slice(0, 6);
      },
    };
  }, [api, members, nodes]);
}
