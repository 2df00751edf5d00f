/** Domain verbs of the Messenger: input → operations or a typed refusal. Pure. */
import { err, ok, type Result } from '#base/result';
import type { Op } from '#os/api';
import { CHANNEL_TITLE_MAX, oneLine, refuse, type DirectoryEntry, type Refusal } from '#domain/shared';
import { IN_CALL } from './log.ts';
import { CALL } from './schema.ts';

export const MESSENGER_VERB = {
  begin: 'messenger/call.begin@1',
  join: 'messenger/call.join@1',
  end: 'messenger/call.end@1',
  notes: 'messenger/call.notes@1',
  open: 'messenger/door.open@1',
  close: 'messenger/door.close@1',
} as const;

/** A checked name of a room, for createFragment. */
export function roomTitle(title: string, taken: readonly DirectoryEntry[]): Result<string, Refusal> {
  const name = oneLine(title);
  if (name === '') return err(refuse('empty'));
  if (name.length > CHANNEL_TITLE_MAX) return err(refuse('too-long'));
  return taken.some((entry) => entry.title.toLowerCase() === name.toLowerCase()) ? err(refuse('taken')) : ok(name);
}

/** A call begins: its node has the id of the call, so who was in it finds it. */
export const beginCall = (id: string): Op[] => [{ op: 'node.create', type: CALL, id, props: {}, verb: MESSENGER_VERB.begin }];

/** I am in it. */
export const joinCall = (id: string, person: { fragment: string; node: string }): Op[] => [{ op: 'edge.add', type: IN_CALL, from: id, to: [person.fragment, person.node], personal: true, verb: MESSENGER_VERB.join }];

/** The page of its notes: kept with the call, so that everybody comes to the same one. */
export const noteCall = (id: string, page: string): Op[] => [{ op: 'node.set', id, props: { notes: page }, verb: MESSENGER_VERB.notes }];

/** The last one leaves. */
export const endCall = (id: string, at: number): Op[] => [{ op: 'node.set', id, props: { ended: at }, verb: MESSENGER_VERB.end }];
