/** The regions of a lens: header (ObjectHeader), notes, main, side panel. Every lens draws inside this and nowhere else. */
import { createContext, use, useEffect, useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { flushSync } from 'react-dom';
import type { Copies } from '#os/api';
import { IconButton } from '#view/kit/controls.tsx';
import { Faces } from '#view/kit/face.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon, type IconName } from '#view/kit/icons.tsx';
import { useNetwork } from '#view/kit/kernel.tsx';
import type { MeterOf } from '#view/kit/meter.tsx';
import { useAct } from '#view/kit/keyboard.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { useNarrow } from '#view/kit/media.ts';
import { MenuButton, type MenuItem } from '#view/kit/overlays.tsx';
import { usePreferences } from '#view/kit/preferences.tsx';
import { KernelNote } from '#view/kit/kernel-note.tsx';
import { GoneNote } from '#view/kit/gone-note.tsx';
import { FleetingBanner } from '#view/kit/tab-banner.tsx';
import { useTabKind } from '#view/kit/tab-kind.tsx';
import { NotSavedNote, OfflineNote } from '#view/kit/states.tsx';
import { StateChip } from '#view/kit/state-chip.tsx';
import { useSheet } from '#view/kit/use-sheet.ts';

export interface HeaderProps {
  /** Names before the title. */
  crumbs: string[];
  icon?: IconName;
  title: string;
  /** What it is about, after the title. */
  topic?: string;
  people?: { uid: string; name: string }[];
  copies: Copies | null;
  /** What `copies` are of, where it is not what the address names. */
  of?: MeterOf;
  /** Number of presses of "Where is this?". */
  whereOpened?: number;
  acts?: ReactNode;
  menu?: (MenuItem | string | null)[];
  onBack?: () => void;
  /** Makes the title editable in place; answers with a refusal in words, or null when taken. */
  onRename?: (title: string) => string | null;
  /** Number of times renaming was asked for elsewhere (menu, palette). */
  renameAsked?: number;
  titleMax?: number;
}

/** The title. Where it may be changed a press turns it into its own field: Enter keeps, Escape leaves it as it was. */
function HeaderTitle({ title, onRename, renameAsked = 0, titleMax }: Pick<HeaderProps, 'title' | 'onRename' | 'renameAsked' | 'titleMax'>): ReactNode {
  const { t } = useI18n();
  const [draft, setDraft] = useState<string | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  // A name that somebody else gives meanwhile is not taken back by a field that was only looked at.
  const began = useRef(title);
  const begin = (): void => (setDraft(title), void (began.current = title));
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (renameAsked > 0 && onRename) begin();
  }, [renameAsked]); // eslint-disable-line react-hooks/exhaustive-deps -- a press, not a state
  // Ended by a key the focus goes to the title; who pressed elsewhere is there already.
  const end = (byKey: boolean): void => {
    const close = (): void => {
      setDraft(null);
      setRefused(null);
    };
    if (!byKey) return close();
    flushSync(close);
    heading.current?.querySelector('button')?.focus();
  };
  const keep = (byKey: boolean): void => {
    if (draft === null || !onRename) return;
    const answer = draft.trim() === began.current ? null : onRename(draft);
    if (answer === null) end(byKey);
    else setRefused(answer);
  };
  if (draft !== null && onRename) {
    return (
      <h1 ref={heading} className="line grow header-rename">
        <input
          className="field"
          aria-label={t('header.titleField')}
          aria-invalid={refused ? true : undefined}
          value={draft}
          maxLength={titleMax}
          autoFocus
          autoComplete="off"
          onFocus={(event) => event.target.select()}
          onChange={(event) => (setDraft(event.target.value), setRefused(null))}
          onBlur={() => (refused || draft.trim() === '' ? end(false) : keep(false))}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' && event.key !== 'Escape') return;
            if (event.nativeEvent.isComposing) return;
            event.preventDefault();
            event.stopPropagation();
            if (event.key === 'Enter') keep(true);
            else end(true);
          }}
        />
        {refused && (
          <span className="small field-error" role="alert">
            {refused}
          </span>
        )}
      </h1>
    );
  }
  return (
    <h1 ref={heading} tabIndex={-1} className="cut">
      {onRename ? (
        <button type="button" className="title-button cut" title={t('act.rename')} onClick={begin}>
          {title}
        </button>
      ) : (
        title
      )}
    </h1>
  );
}

/** How much waits unread in all spaces: told in the title of the tab, for when another tab is in front. */
export const UnreadContext = createContext(0);

/** Breadcrumb, title, who is here, state, acts. On a phone the state stands under the title. */
export function ObjectHeader(props: HeaderProps): ReactNode {
  const { t, list, count } = useI18n();
  const narrow = useNarrow();
  const unread = use(UnreadContext);
  const fleeting = useTabKind().begun !== null;
  useEffect(() => {
    // The browser keeps titles.
    document.title = `${unread > 0 ? `(${count(unread)}) ` : ''}${fleeting ? '' : `${props.title} · `}LifeGraph`;
  }, [props.title, unread, count, fleeting]);
  const here = props.people ?? [];
  return (
    <header className="header" data-region>
      {props.onBack && (
        <span className="phone-only">
          <IconButton icon="left" size={20} name={t('act.back')} onClick={props.onBack} />
        </span>
      )}
      <div className="header-words">
        <div className="header-title">
          {props.crumbs.map((crumb) => (
            <span key={crumb} className="crumb wide-only">
              <span className="cut">{crumb}</span>
              <span aria-hidden="true"> / </span>
            </span>
          ))}
          {props.icon && <Icon name={props.icon} />}
          <HeaderTitle title={props.title} {...(props.onRename ? { onRename: props.onRename } : {})} renameAsked={props.renameAsked ?? 0} {...(props.titleMax ? { titleMax: props.titleMax } : {})} />
          {props.topic && <span className="small muted cut topic wide-only">{props.topic}</span>}
        </div>
        {narrow && props.copies && (
          <div className="header-state small">
            <StateChip copies={props.copies} title={props.title} opened={props.whereOpened ?? 0} {...(props.of ? { of: props.of } : {})} />
            {props.crumbs[0] && props.crumbs[0] !== props.title && <span className="cut muted">{`· ${props.crumbs[0]}`}</span>}
          </div>
        )}
      </div>
      <div className="header-acts">
        <span className="wide-only line">
          <Faces people={here} label={t('people.here', { names: list(here.map((person) => person.name)) })} />
        </span>
        {!narrow && <StateChip copies={props.copies} title={props.title} opened={props.whereOpened ?? 0} {...(props.of ? { of: props.of } : {})} />}
        {props.acts}
        {props.menu && <MenuButton name={t('act.more')} items={props.menu} />}
      </div>
    </header>
  );
}

const AlarmNote = lazyPart(async () => (await import('#view/kit/alarm-note.tsx')).AlarmNote, { alone: true });
const BeaconNotes = lazyPart(async () => (await import('#view/kit/beacon-note.tsx')).BeaconNotes, { alone: true });
const ClockNote = lazyPart(async () => (await import('#view/kit/alarm-note.tsx')).ClockNote, { alone: true });

/** A clock that is off: told also where there is no desk yet. */
export function ClockAlarm(): ReactNode {
  const { clockWarning, clockOffsetMs } = useNetwork();
  return clockWarning && <ClockNote offsetMs={clockOffsetMs} />;
}

/** What every screen tells of the network: connections that were changed on their way, beacons that cannot be relied on, and a clock that is off. */
export function Alarms(): ReactNode {
  const { altered, beacons } = useNetwork();
  const doubted = beacons.filter(({ state }) => state !== 'none' && state !== 'ok' && state !== 'full');
  return (
    <>
      {altered.length > 0 && <AlarmNote altered={altered} />}
      {doubted.length > 0 && <BeaconNotes beacons={doubted} />}
      <ClockAlarm />
    </>
  );
}

/** A screen: header, notes, main and optionally a side panel. */
export function Place({ header, panel, main, children, foot, scroll = true, banner = true }: { header: HeaderProps; panel?: ReactNode; main?: RefObject<HTMLElement | null>; children: ReactNode; foot?: ReactNode; scroll?: boolean; banner?: boolean }): ReactNode {
  const reason = header.copies?.state === 'stuck' ? header.copies.reason : null;
  return (
    <div className="place" data-panel={panel ? '' : undefined}>
      <ObjectHeader {...header} />
      {banner && (
        <div className="notes">
          <FleetingBanner />
          <KernelNote />
          <Alarms />
          <GoneNote />
          <OfflineNote />
          {reason && reason.code !== 'kernel-stopped' && <NotSavedNote reason={reason} since={header.copies?.since ?? null} />}
        </div>
      )}
      <div className="main-box">
        <main ref={main} className="main" data-scroll={scroll ? '' : undefined} data-region tabIndex={-1} id="main">
          {children}
        </main>
        {foot}
      </div>
      {panel}
    </div>
  );
}

/** The side panel; a sheet on a phone. Its width is remembered. */
export function SidePanel({ title, note, onClose, children }: { title: string; note?: string; onClose: () => void; children: ReactNode }): ReactNode {
  const { t } = useI18n();
  const { panelWidth, change } = usePreferences();
  const ref = useRef<HTMLElement>(null);
  const narrow = useNarrow();
  const sheet = useSheet(ref, onClose);
  useAct('panel', onClose);
  // In the layout phase: what stands in the panel may take the focus for itself right after.
  useLayoutEffect(() => {
    const before = document.activeElement;
    ref.current?.focus();
    return () => {
      const back = before instanceof HTMLElement && before.isConnected ? before : document.getElementById('main');
      back?.focus({ preventScroll: true });
    };
  }, []);
  const resize = (event: React.PointerEvent): void => {
    const from = event.clientX;
    const handle = event.currentTarget as HTMLElement;
    handle.setPointerCapture(event.pointerId);
    const move = (next: PointerEvent): void => ref.current?.style.setProperty('--panel', `${Math.min(560, Math.max(320, panelWidth + from - next.clientX))}px`);
    const done = (next: PointerEvent): void => {
      handle.removeEventListener('pointermove', move);
      change({ panelWidth: Math.min(560, Math.max(320, panelWidth + from - next.clientX)) });
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', done, { once: true });
  };
  return (
    <aside
      ref={ref}
      className="panel"
      data-region
      tabIndex={-1}
      aria-label={title}
      style={{ '--panel': `${panelWidth}px` } as React.CSSProperties}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented || event.nativeEvent.isComposing) return;
        event.preventDefault();
        onClose();
      }}
    >
      {narrow ? (
        <button type="button" className="panel-handle" aria-label={t('panel.height')} onPointerDown={sheet.drag} onClick={sheet.next} />
      ) : (
        <div className="panel-grip" aria-hidden="true" onPointerDown={resize} />
      )}
      <div className="panel-head" onPointerDown={narrow ? sheet.drag : undefined}>
        <h2 className="medium">{title}</h2>
        {note && <span className="small muted cut">{note}</span>}
        <span className="grow" />
        <IconButton icon="close" name={t('act.close')} hint="]" onClick={onClose} />
      </div>
      {children}
    </aside>
  );
}
