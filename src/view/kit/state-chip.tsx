/** State words (UX §5): icon and word, never colour alone. A press opens "Where is this?". */
import { useEffect, useState, type ReactNode } from 'react';
import type { Copies, CopyState } from '#os/api';
import { IconButton } from '#view/kit/controls.tsx';
import { errorWords } from '#view/kit/error-words.ts';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { Icon, type IconName } from '#view/kit/icons.tsx';
import { useAsked, useKernel, useNetwork } from '#view/kit/kernel.tsx';
import { CTRL } from '#view/kit/keyboard.tsx';
import { Popover, useAnchored } from '#view/kit/overlays.tsx';
import { usePeople } from '#view/kit/people.tsx';
import { currentRoute } from '#view/kit/router.tsx';
import { COPY_TROUBLE, TroubleActs, type Trouble } from '#view/kit/troubles.tsx';

const LOOK: Record<CopyState, { icon: IconName; tone?: string; soft?: boolean }> = {
  writing: { icon: 'saving' },
  local: { icon: 'local' },
  shared: { icon: 'ok', tone: 'ok' },
  waiting: { icon: 'clock' },
  'catching-up': { icon: 'download' },
  looking: { icon: 'search' },
  absent: { icon: 'search' },
  stuck: { icon: 'stuck', tone: 'bad', soft: true },
  'one-copy': { icon: 'alert', tone: 'wait', soft: true },
  newer: { icon: 'lock' },
};

/** The state words of a set of copies. */
export function stateWords(i18n: I18n, copies: Copies): string {
  const { t } = i18n;
  switch (copies.state) {
    case 'writing': return t('state.writing');
    case 'local': return t('state.local');
    case 'shared': {
      const base = t('state.shared', { n: copies.devices.length });
      return copies.beacons.length > 0 ? t('state.beacon', { state: base, beacon: copies.beacons[0]! }) : base;
    }
    case 'waiting': return t('state.waiting', { n: copies.count });
    case 'catching-up': return t('state.catchingUp', { n: copies.count });
    case 'looking': return t('state.looking');
    case 'absent': return t('state.absent');
    case 'stuck': return t('state.stuck', { reason: errorWords(t, copies.reason) });
    case 'one-copy': return t('state.oneCopy');
    case 'newer': return t('state.newer');
  }
}

/** Holds back "Saving…" for 400 ms, so that quick commits never flash it; after them it shows, however often the kernel is asked meanwhile. */
export function useCalmCopies(copies: Copies | null): Copies | null {
  const writing = copies?.state === 'writing';
  const [late, setLate] = useState(false);
  const [held, setHeld] = useState(writing ? null : copies);
  useEffect(() => {
    setLate(false);
    if (!writing) return;
    const timer = setTimeout(() => setLate(true), 400);
    return () => clearTimeout(timer);
  }, [writing]);
  useEffect(() => {
    if (!writing || late) setHeld(copies);
  }, [copies, writing, late]);
  return held;
}

/** Icon and word, in a line. */
export function StateLine({ copies, since = false, size = 14 }: { copies: Copies; since?: boolean; size?: number }): ReactNode {
  const i18n = useI18n();
  const look = LOOK[copies.state];
  const when = since && copies.since ? ` ${i18n.t('state.since', { time: i18n.time(copies.since) })}` : '';
  return (
    <span className="state" data-tone={look.tone}>
      <Icon name={look.icon} size={size} />
      <span className="cut">{stateWords(i18n, copies) + when}</span>
    </span>
  );
}

/** The chip in a header. `forceOpen` counts presses of the key for "Where is this?". */
export function StateChip({ copies: raw, title, opened = 0 }: { copies: Copies | null; title: string; opened?: number }): ReactNode {
  const { t } = useI18n();
  const copies = useCalmCopies(raw);
  const { anchor, open, close } = useAnchored();
  const [button, setButton] = useState<HTMLButtonElement | null>(null);
  useEffect(() => {
    if (opened > 0 && button) open({ currentTarget: button });
  }, [opened]); // eslint-disable-line react-hooks/exhaustive-deps
  if (!copies) return null;
  return (
    <>
      <button type="button" ref={setButton} className="state-chip" data-soft={LOOK[copies.state].soft ? LOOK[copies.state].tone : undefined} aria-haspopup="dialog" aria-expanded={anchor !== null} title={`${t('where.title')} (${CTRL}+.)`} onClick={open}>
        <StateLine copies={copies} size={14} />
      </button>
      {anchor && (
        <Popover anchor={anchor} onClose={close} align="end" label={t('where.title')} className="where">
          <WhereIsThis copies={copies} title={title} onClose={close} />
        </Popover>
      )}
    </>
  );
}

/** "Where is this?": who holds it, and where something is wrong the reason, since when, an act and an export. */
export function WhereIsThis({ copies, title, onClose }: { copies: Copies; title: string; onClose: () => void }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useKernel();
  const network = useNetwork();
  const trouble = troubleOf(copies.state);
  const own = api.identity.get()?.device;
  const others = copies.devices.filter((device) => device !== own);
  const nameOf = useHolderNames();
  return (
    <div className="stack where-body">
      <div className="line">
        <h2 className="grow medium">{t('where.title')}</h2>
        <IconButton icon="close" name={t('act.close')} hint="Esc" onClick={onClose} />
      </div>
      <p className="small muted cut">{title}</p>
      <ul className="stack where-list">
        <WhereRow icon="device" name={t('where.thisBrowser')} note={copies.state === 'stuck' ? t('where.notSaved') : t('where.saved')} />
        {others.slice(0, 8).map((device) => (
          <WhereRow key={device} icon="device" name={nameOf(device)} note={t(copies.wrote.includes(device) ? 'where.wrote' : 'where.confirmed')} />
        ))}
        {others.length > 8 && <WhereRow icon="more" name={t('where.more', { n: others.length - 8 })} note="" />}
        {copies.beacons.map((beacon) => (
          <WhereRow key={beacon} icon="beacon" name={beacon} note={t('where.confirmed')} />
        ))}
      </ul>
      {others.length + copies.beacons.length === 0 && (
        <p className="line state" data-tone="wait">
          <Icon name="alert" />
          {t('where.noOther')}
        </p>
      )}
      <p className="small muted">{whereText(i18n, copies)}</p>
      {trouble?.act === 'reach' && network.unreached.length > 0 && <p className="small muted">{t('where.unreached', { n: network.unreached.length })}</p>}
      {trouble && copies.since !== null && <p className="small muted">{t('where.since', { time: i18n.moment(copies.since) })}</p>}
      {trouble && <TroubleActs trouble={trouble} />}
    </div>
  );
}

/** Whose device it is and which: as far as it is known here, the person, and the name of an own device; of several of one person a part of the key. */
function useHolderNames(): (device: string) => string {
  const api = useKernel();
  const network = useNetwork();
  const people = usePeople(currentRoute().space);
  const own = useAsked(() => api.devices.list(), ['members'], [api], 0);
  return (device) => {
    const whose = people.members.find((member) => member.devices.some((one) => one.device === device));
    const name = whose ? people.name(whose.uid) : network.peers.find((peer) => peer.device === device)?.name;
    const called = own?.find((one) => one.device === device)?.name || (name && (whose?.devices.length ?? 1) < 2 ? '' : device.slice(0, 8));
    return [name, called].filter(Boolean).join(' · ');
  };
}

function WhereRow({ icon, name, note }: { icon: IconName; name: string; note: string }): ReactNode {
  return (
    <li className="line">
      <Icon name={icon} tone="muted" />
      <span className="grow cut">{name}</span>
      <span className="small muted">{note}</span>
    </li>
  );
}

const troubleOf = (state: CopyState): Trouble | null => (state === 'writing' || state === 'local' || state === 'shared' ? null : COPY_TROUBLE[state]);

/** The reason of a trouble in words, else when it was last confirmed. */
export function whereText(i18n: I18n, copies: Copies): string {
  const { t } = i18n;
  const trouble = troubleOf(copies.state);
  if (copies.state === 'stuck') return `${t('notSaved.title', { reason: errorWords(t, copies.reason) })}. ${t('notSaved.text')}`;
  if (trouble) return t(trouble.reason, { n: copies.count });
  if (copies.lastConfirmed !== null) return t('where.last', { ago: i18n.ago(copies.lastConfirmed, Date.now()) });
  return t('where.local');
}
