/** Rooms that a space knows of and this person is not in: they ask, and somebody inside lets them in. */
import { useEffect, useState, type ReactNode } from 'react';
import { closeDoor } from '#domain/messenger';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useAsked, useKernel, useSpaces, useSupervision } from '#view/kit/kernel.tsx';
import { joinTrouble } from '#view/kit/other-troubles.ts';
import { MenuButton } from '#view/kit/overlays.tsx';
import { usePeople } from '#view/kit/people.tsx';
import { useQuiet } from '#view/kit/quiet.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { askedBy, doorState, followDoors, lookAtDoors, type BadDoors, type DoorList, type DoorState, type SeenDoor } from './door-list.ts';

/** UTF-16 units of what is said with a request; entries that are taken out at a press. */
const WORDS = 280;
const AT_ONCE = 200;

function useDoors(): DoorList | null {
  const api = useKernel();
  const { blocked } = useQuiet().quiet;
  const spaces = (useSpaces() ?? []).filter(({ kind }) => kind !== 'personal').map(({ id }) => id).join(' ');
  const { runs } = useSupervision();
  const [turn, setTurn] = useState(0);
  useEffect(() => followDoors(api, spaces === '' ? [] : spaces.split(' '), () => setTurn((n) => n + 1)), [api, spaces, runs]);
  return useAsked(() => lookAtDoors(api, blocked), ['spaces', 'members'], [api], 400, `${turn} ${[...blocked].join(' ')}`);
}

/** The section; nothing where there is no such room. */
export function Doors(): ReactNode {
  const { t, list } = useI18n();
  const found = useDoors();
  const [asking, setAsking] = useState<SeenDoor | null>(null);
  if (!found || found.doors.length + found.bad.length + found.unread.length === 0) return null;
  return (
    <section className="call-log" aria-labelledby="doors">
      <h2 id="doors" className="label">{t('door.title')}</h2>
      <ul className="list">
        {found.doors.map((door) => <Row key={door.node} door={door} onAsk={() => setAsking(door)} />)}
        {found.bad.map((bad) => <Bad key={`${bad.at.id}/${bad.by}`} bad={bad} />)}
      </ul>
      {found.more > 0 && <p className="small muted">{t('door.more', { n: found.more })}</p>}
      {found.unread.length > 0 && <p className="small muted" role="status">{t('door.unread', { spaces: list([...found.unread]) })}</p>}
      {asking && <Ask door={asking} onClose={() => setAsking(null)} />}
    </section>
  );
}

function stateText(t: I18n['t'], state: DoorState): string {
  switch (state.is) {
    case 'open': return '';
    case 'inside': return t('door.inside');
    case 'asked': return state.reason === null ? t('door.asked') : t(joinTrouble({ reason: state.reason }).reason);
    case 'refused': return state.reason === 'declined' ? t(state.words === '' ? 'door.declined' : 'door.declinedWhy', { words: state.words }) : t(joinTrouble({ reason: state.reason }).reason);
  }
}

function Row({ door, onAsk }: { door: SeenDoor; onAsk: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const people = usePeople(door.at.id);
  const failed = (error: unknown): void => toast({ text: errorText(t, error, 'door.failed') });
  const close = (): void => void api.graph(door.at.id).transact(closeDoor(door)).then(() => toast({ text: t('door.closed') }), failed);
  const back = (): void => void api.spaces.withdraw(door.inside).catch(failed);
  const { state } = door;
  const text = stateText(t, state);
  return (
    <li className="list-row door">
      <Icon name="lock" tone="muted" />
      <span className="stack grow">
        <bdi className="cut">{door.title}</bdi>
        <span className="small muted cut">{door.at.name} · {t('door.by', { name: people.name(door.by) })}</span>
        {text !== '' && <span className="small" role="status">{text}</span>}
      </span>
      {(state.is === 'asked' || state.is === 'refused') && <Button kind="quiet" size="compact" onClick={back}>{t(state.is === 'asked' || state.reason === 'declined' ? 'door.back' : 'door.letGo')}</Button>}
      {state.is === 'open' && <Button kind="quiet" size="compact" onClick={onAsk}>{t('door.ask')}</Button>}
      {door.mayClose && <MenuButton name={t('act.more')} items={[{ label: t('door.close'), icon: 'trash', onSelect: close }]} />}
    </li>
  );
}

/** Entries that are no doors: shown to whoever may take them out. */
function Bad({ bad }: { bad: BadDoors }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const people = usePeople(bad.at.id);
  const clear = (): void => void api.graph(bad.at.id).transact(bad.nodes.slice(0, AT_ONCE).flatMap((node) => closeDoor({ node }))).then(() => toast({ text: t('door.cleared') }), (error: unknown) => toast({ text: errorText(t, error, 'door.failed') }));
  return (
    <li className="list-row door">
      <Icon name="stuck" tone="muted" />
      <span className="stack grow">
        <span className="cut">{t('door.bad', { n: bad.nodes.length })}</span>
        <span className="small muted cut">{bad.at.name} · {t('door.by', { name: people.name(bad.by) })}</span>
      </span>
      <MenuButton name={t('act.more')} items={[{ label: t('door.close'), icon: 'trash', onSelect: clear }]} />
    </li>
  );
}

/** Asks with some words; the request goes on by itself, over reloads. */
function Ask({ door, onClose }: { door: SeenDoor; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const ask = async (words: string): Promise<string | null> => {
    try {
      const before = await api.spaces.request(door.inside);
      // One that was refused at another door is over: it would stand before this one.
      if (before && !askedBy(before, door.link) && doorState(door.link, null, before).is === 'open') await api.spaces.withdraw(door.inside);
      await api.spaces.join(door.link, { words: words.trim() });
      const state = doorState(door.link, null, await api.spaces.request(door.inside));
      if (state.is === 'refused') return stateText(t, state);
    } catch (error) {
      return errorText(t, error, 'door.failed');
    }
    onClose();
    toast({ text: t('door.asked') });
    return null;
  };
  return <FieldDialog title={t('door.askTitle', { room: door.title })} label={t('door.words')} note={t('door.wordsNote')} maxLength={WORDS} act="door.ask" onSubmit={ask} onClose={onClose} />;
}
