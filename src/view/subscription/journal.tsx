/** The journal of Access: who did what with whom and when, in sentences; what lost against another act says so. */
import '#view/kit/access-words.ts';
import '#view/kit/beacon-words.ts';
import '#view/kit/links-words.ts';
import '#view/kit/past-words.ts';
import { useState, type ReactNode } from 'react';
import type { JournalLine, SpaceView } from '#os/api';
import { Button } from '#view/kit/controls.tsx';
import { useI18n, type I18n, type Key } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import type { People } from '#view/kit/people.tsx';
import { ROLE_WORD } from '#view/kit/role-words.ts';
import { Skeleton } from '#view/kit/states.tsx';
import { useTitles, type Titles } from './titles.ts';

/** Lines shown at first, and how many more a press brings. */
const PAGE = 30;

const SENTENCE: Record<JournalLine['kind'], Key> = {
  'created': 'journal.created', 'invited': 'journal.invited', 'taken-back': 'journal.takenBack', 'joined': 'journal.joined', 'back': 'journal.back', 'role': 'journal.role',
  'until': 'journal.until', 'scope': 'journal.scope', 'delegate': 'journal.delegate', 'plan': 'journal.plan', 'lapsed': 'journal.lapsed', 'removed': 'journal.removed', 'device': 'journal.device', 'ended': 'journal.ended', 'left': 'journal.left', 'rules': 'journal.rules', 'thing': 'journal.thing', 'past': 'journal.past', 'past-shut': 'journal.pastShut', 'history': 'journal.history', 'key': 'journal.key', 'adopted': 'journal.adopted',
  'link': 'journal.link', 'link-ended': 'journal.linkEnded', 'link-revoked': 'journal.linkRevoked', 'beacon': 'journal.beacon', 'beacon-reads': 'journal.beaconReads', 'beacon-removed': 'journal.beaconRemoved',
};

/** The list, newest first. */
export function Journal({ space, people }: { space: SpaceView; people: People }): ReactNode {
  const i18n = useI18n();
  const { t, moment } = i18n;
  const api = useKernel();
  const [shown, setShown] = useState(PAGE);
  const titles = useTitles(space.id);
  const lines = useAsked(() => api.access.journal(space.id, { limit: shown + 1 }), ['members', 'record'], [api, space.id], 300, shown);
  if (!lines) return <Skeleton label={t('list.loading')} />;
  return (
    <>
      <ol className="card" aria-label={t('journal.title')}>
        {lines.slice(0, shown).map((line) => (
          <li key={line.id} className="line wrap waiting-row">
            <span className="grow" data-counts={line.counts}>
              {sentence(i18n, people, titles, line)}
              {!line.counts && <span className="small muted">{` · ${t('journal.lost')}`}</span>}
            </span>
            <span className="small muted num">{moment(line.at)}</span>
          </li>
        ))}
      </ol>
      {lines.length > shown && <Button kind="quiet" onClick={() => setShown(shown + PAGE)}>{t('journal.more')}</Button>}
    </>
  );
}

function keyOf(line: JournalLine, thing: string | null): Key {
  if (line.kind === 'until' && line.until === null) return 'journal.untilNone';
  if (line.kind === 'delegate' && line.role === null) return 'journal.delegateNone';
  if (line.kind === 'scope' && line.open === null) return 'journal.scopeWhole';
  if (line.kind === 'history' && thing === null) return 'journal.historyOne';
  return line.kind === 'thing' && thing === null ? 'journal.thingOne' : SENTENCE[line.kind];
}

function sentence({ t, date, time }: I18n, people: People, titles: Titles, line: JournalLine): string {
  const thing = line.thing === null ? null : (titles.find(({ node, fragment }) => node === line.thing || fragment === line.thing)?.shown ?? null);
  return t(keyOf(line, thing), {
    by: people.name(line.by), who: people.name(line.who), role: line.role ? t(ROLE_WORD[line.role]) : '', n: line.open?.length ?? 0, thing: thing ?? t('who.unnamed'),
    before: line.before ? t(ROLE_WORD[line.before]) : '', at: line.until === null ? '' : `${date(line.until)}, ${time(line.until)}`,
  });
}
