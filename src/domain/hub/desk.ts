/** What waits for those who manage people and is no node of theirs: requests to join, and open reports. */
import type { JoinRequest, ReportView, SpaceView } from '#os/api';
import { HUB_LIMITS, oneLine } from '#domain/shared';
import { DESK, type Entry } from './schema.ts';

const entry = (space: string, part: Pick<Entry, 'id' | 'kind' | 'by' | 'at' | 'title'>): Entry => ({
  space, fragment: DESK, to: [], answers: null, thread: null, given: null, due: null, waits: true, params: {}, place: null, log: null, createdBy: part.by, stamp: '', ...part, title: oneLine(part.title.slice(0, 4 * HUB_LIMITS.title)).slice(0, HUB_LIMITS.title),
});

/** Owners and Admins decide. */
export const hasDesk = ({ kind, role }: Pick<SpaceView, 'kind' | 'role'>): boolean => kind !== 'personal' && (role === 'owner' || role === 'admin');

/** A request to be let in; asked again after an answer it is another. */
export const joinEntry = (space: string, { uid, since, name, words }: JoinRequest): Entry => entry(space, { id: `join:${uid}:${since}`, kind: 'join', by: uid, at: since, title: words === '' ? name : `${name}: ${words}` });

/** An open report of somebody else. */
export const reportEntry = (space: string, { id, by, at, text }: ReportView): Entry => entry(space, { id: `report:${id}`, kind: 'report', by, at, title: text });
