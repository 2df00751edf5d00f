/** A row of the Inbox: what it is, why it is here, who and when. The acts stand in the place of the face, so nothing moves. */
import { useState, type ReactNode } from 'react';
import { REASONS, type Reason } from '#domain/hub';
import { Button, Key } from '#view/kit/controls.tsx';
import { Face } from '#view/kit/face.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { BINDINGS, codeName, codeOf } from '#view/kit/keyboard.tsx';
import { dayWords } from '#view/kit/node-card.tsx';
import { Dialog, Menu, MenuButton, Popover, useAnchored, type MenuItem } from '#view/kit/overlays.tsx';
import type { People } from '#view/kit/people.tsx';
import { usePreferences } from '#view/kit/preferences.tsx';
import { formatRoute } from '#view/kit/router.tsx';
import { KIND_LOOK } from './digest-card.tsx';
import type { HubState } from './feed.ts';
import { useGoalTitle } from './goal-title.ts';
import { followable, placeEntry, routeOf, snoozeTimes, type List, type ShownRow } from './projection.ts';
import { REASON_WORD, SNOOZE_WORD } from './words.ts';

export interface RowActs {
  done(row: ShownRow): void;
  again(row: ShownRow): void;
  save(row: ShownRow): void;
  snooze(row: ShownRow, until: number | null): void;
  open(row: ShownRow): void;
  select(row: ShownRow, on: boolean): void;
  follow(row: ShownRow, on: boolean): void;
}

interface ItemRowProps {
  row: ShownRow;
  list: List;
  state: HubState;
  people: People;
  current: boolean;
  selected: boolean;
  selecting: boolean;
  acts: RowActs;
  onFocus: () => void;
}

/** The row. */
export function ItemRow(props: ItemRowProps): ReactNode {
  const { row, state, people, current, selected, acts } = props;
  const i18n = useI18n();
  const { t } = i18n;
  const [why, setWhy] = useState(false);
  const { entry, until } = row.items[0]!;
  const place = placeEntry(state.indexes.get(entry.space), entry.fragment);
  const { icon, hue } = KIND_LOOK[entry.kind];
  const named = useGoalTitle(row.items[0]!.entry);
  const title = titleOf(row, named ?? place?.place?.title ?? null, place?.place?.about ?? false);
  const by = entry.kind === 'task' ? (entry.given?.by ?? entry.by) : entry.by;
  // Who asks to be let in is nobody's member yet: the entry has their name.
  const name = entry.kind === 'join' ? entry.title.split(': ', 1)[0]! : people.name(by);
  const facts = [
    t(REASON_WORD[row.reasons[0] ?? 'follow'][0], { name }),
    ...(entry.due ? [t('task.dueOn', { day: dayWords(i18n, entry.due) })] : []),
    ...(row.items.length > 1 ? [t('hub.n', { n: row.items.length - 1 })] : []),
    ...(until !== null && props.list === 'later' ? [t('hub.until', { at: `${i18n.date(until)}, ${i18n.time(until)}` })] : []),
    ...(row.gone ? [t('hub.gone')] : []),
  ];
  return (
    <li className="hub-row" data-row={row.key} data-unread={row.unread && !row.gone ? '' : undefined} data-gone={row.gone ? '' : undefined} data-current={current ? '' : undefined} data-selecting={props.selecting ? '' : undefined} onFocus={props.onFocus}>
      <span className="hub-dot">
        {row.unread && !row.gone && <span className="fresh-dot" role="img" aria-label={t('hub.rowUnread')} />}
        <input type="checkbox" className="tick" aria-label={t('hub.actSelect', { title })} checked={selected} disabled={row.gone} onChange={({ target }) => acts.select(row, target.checked)} />
      </span>
      <Icon name={icon} tone={hue} />
      <a className="hub-link" href={formatRoute(routeOf(entry, place))} aria-current={current ? 'true' : undefined} onClick={() => acts.open(row)}>
        <span className="hub-title cut" dir="auto">{title}</span>
        <span className="small muted cut">{facts.join(' · ')}</span>
      </a>
      <span className="hub-end">
        <span className="hub-face">{by !== null && <Face uid={by} name={name} size={24} />}</span>
        {!row.gone && <Acts {...props} title={title} onWhy={() => setWhy(true)} place={place} />}
        <time className="small muted num hub-time" dateTime={new Date(entry.at).toISOString()}>{when(i18n, entry.at)}</time>
      </span>
      {why && <Why reasons={row.reasons} title={title} onClose={() => setWhy(false)} />}
    </li>
  );
}

const when = ({ date, time }: Pick<ReturnType<typeof useI18n>, 'date' | 'time'>, at: number): string => (new Date(at).toDateString() === new Date().toDateString() ? time(at) : date(at));

function titleOf({ items }: ShownRow, place: string | null, about: boolean): string {
  const { entry } = items[0]!;
  if (entry.kind !== 'message') return entry.title || place || '…';
  return place === null ? entry.title : `${about ? '' : '#'}${place} · ${entry.title}`;
}

/** The key an act has now. */
function ActKey({ act }: { act: string }): ReactNode {
  const preferences = usePreferences();
  const binding = BINDINGS.find((one) => one.act === act);
  return binding && preferences.singleKeys ? <Key>{codeName(codeOf(binding, preferences))}</Key> : null;
}

function Acts({ row, list, state, acts, title, place, onWhy }: ItemRowProps & { title: string; place: ReturnType<typeof placeEntry>; onWhy: () => void }): ReactNode {
  const { t } = useI18n();
  const { anchor, open, close } = useAnchored();
  const { entry } = row.items[0]!;
  const times = snoozeTimes(Date.now()).map(({ word, until }): MenuItem => ({ label: t(SNOOZE_WORD[word]), icon: 'clock', onSelect: () => acts.snooze(row, until) }));
  const can = followable(place, state.marks.hub(entry.space, entry.fragment));
  const back = list === 'done' || list === 'later';
  const menu: (MenuItem | null)[] = [
    ...(back ? [] : [{ label: t('hub.actDone'), icon: 'check' as const, onSelect: () => acts.done(row) }]),
    { label: t(row.saved ? 'hub.actUnsave' : 'hub.actSave'), icon: 'local', onSelect: () => acts.save(row) },
    ...(list === 'later' ? [] : times.map((item) => ({ ...item, label: `${t('hub.actSnooze')}: ${item.label}` }))),
    { label: t('hub.actChoose'), icon: 'check', onSelect: () => acts.select(row, true) },
    null,
    { label: t('hub.actWhy'), icon: 'info', onSelect: onWhy },
    ...(can ? [{ label: t(can.on ? 'hub.actUnfollow' : 'hub.actFollow', { place: can.title }), icon: 'bell' as const, onSelect: () => acts.follow(row, !can.on) }] : []),
  ];
  return (
    <span className="hub-acts" role="group" aria-label={t('hub.acts', { title })}>
      <span className="wide-only line">
        {back ? (
          <Button kind="quiet" size="compact" onClick={() => (list === 'done' ? acts.again(row) : acts.snooze(row, null))}>{t(list === 'done' ? 'hub.actAgain' : 'hub.actWake')}</Button>
        ) : (
          <>
            <Button kind="quiet" size="compact" onClick={() => acts.done(row)}>{t('hub.actDone')}</Button>
            <ActKey act="done" />
            <Button kind="quiet" size="compact" aria-haspopup="menu" aria-expanded={anchor !== null} data-act="snooze" onClick={open}>{t('hub.actSnooze')}</Button>
            <ActKey act="snooze" />
          </>
        )}
        <Button kind="quiet" size="compact" onClick={() => acts.save(row)}>{t(row.saved ? 'hub.actUnsave' : 'hub.actSave')}</Button>
        <ActKey act="save" />
      </span>
      <MenuButton name={t('hub.acts', { title })} items={menu} />
      {anchor && (
        <Popover anchor={anchor} onClose={close} label={t('hub.actSnooze')} className="menu">
          <Menu items={times} onDone={close} />
        </Popover>
      )}
    </span>
  );
}

function Why({ reasons, title, onClose }: { reasons: readonly Reason[]; title: string; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <Dialog title={t('hub.actWhy')} onClose={onClose}>
      <p className="medium cut" dir="auto">{title}</p>
      <ul className="hub-why">
        {REASONS.filter((reason) => reasons.includes(reason)).map((reason) => (
          <li key={reason}>{t(REASON_WORD[reason][1])}</li>
        ))}
      </ul>
      <p className="small muted">{t('hub.whyLess')}</p>
    </Dialog>
  );
}
