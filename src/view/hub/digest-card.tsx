/** What changed since the last visit: counted, a few lines, each leading to the newest of it. */
import type { ReactNode } from 'react';
import { digestOf, type SpaceDigest } from '#domain/hub';
import type { HappeningKind } from '#domain/shared';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon, type IconName } from '#view/kit/icons.tsx';
import { usePeople } from '#view/kit/people.tsx';
import { formatRoute } from '#view/kit/router.tsx';
import type { HubState } from './feed.ts';
import { placeEntry, routeOf } from './projection.ts';
import { DIGEST_WORD, toldAs } from './words.ts';

export const KIND_LOOK: Readonly<Record<HappeningKind | 'join' | 'report', { readonly icon: IconName; readonly hue: string }>> = {
  message: { icon: 'message', hue: 'type-message' }, task: { icon: 'task', hue: 'type-task' }, resource: { icon: 'resource', hue: 'type-task' }, channel: { icon: 'channel', hue: 'muted' }, document: { icon: 'fragment', hue: 'type-document' },
  version: { icon: 'history', hue: 'type-document' }, proposal: { icon: 'edit', hue: 'type-proposal' }, person: { icon: 'person', hue: 'muted' }, call: { icon: 'phone', hue: 'muted' }, agent: { icon: 'activity', hue: 'muted' }, join: { icon: 'invite', hue: 'type-person' }, report: { icon: 'shield', hue: 'type-person' },
};
/** Names told in one line. */
const NAMES = 3;

/** The digests of all spaces in which something changed, the most first. */
export function digests(state: HubState, since: number): SpaceDigest[] {
  return [...state.indexes].map(([space, index]) => digestOf(space, index, since, state.me, state.quiet)).filter(({ total }) => total > 0).sort((a, b) => b.total - a.total);
}

/** Its lines; `limit` of all spaces together. */
export function DigestLines({ state, list, limit }: { state: HubState; list: readonly SpaceDigest[]; limit: number }): ReactNode {
  const lines = list.flatMap(({ space, lines: own }) => own.map((line) => ({ space, line }))).slice(0, limit);
  return (
    <ul className="hub-digest-lines">
      {lines.map(({ space, line }) => (
        <DigestLine key={`${space} ${line.kind} ${line.over}`} state={state} space={space} line={line} />
      ))}
    </ul>
  );
}

function DigestLine({ state, space, line }: { state: HubState; space: string; line: SpaceDigest['lines'][number] }): ReactNode {
  const { t, list } = useI18n();
  const people = usePeople(space);
  const { kind, over, n, newest } = line;
  const names = line.people.slice(0, NAMES).map((uid) => people.name(uid));
  const more = line.people.length - names.length;
  const { icon, hue } = KIND_LOOK[kind];
  return (
    <li>
      <a className="hub-digest-line" href={formatRoute(routeOf(newest, placeEntry(state.indexes.get(space), newest.fragment)))}>
        <Icon name={icon} tone={hue} />
        <span>{t(DIGEST_WORD[toldAs(kind, over)], { n, space: state.spaces?.find(({ id }) => id === space)?.name || t('space.personal'), people: list(more > 0 ? [...names, t('hub.digestMore', { n: more })] : names) })}</span>
      </a>
    </li>
  );
}

/** The card above the Inbox; nothing when nothing changed, or nobody was here before. */
export function DigestCard({ state, since }: { state: HubState; since: number | null }): ReactNode {
  const { t, date, time } = useI18n();
  if (since === null) return null;
  const list = digests(state, since);
  if (list.length === 0) return null;
  return (
    <section className="card hub-digest" aria-label={t('hub.digest')}>
      <div className="hub-digest-head">
        <h2 className="medium">{t('hub.digest')}</h2>
        <span className="small muted grow">{`${date(since)}, ${time(since)}`}</span>
        <span className="small muted num">{t('hub.digestTotal', { n: list.reduce((sum, { total }) => sum + total, 0) })}</span>
      </div>
      <DigestLines state={state} list={list} limit={5} />
    </section>
  );
}
