/** The regions of a lens: header (ObjectHeader), notes, main, side panel. Every lens draws inside this and nowhere else. */
import { useEffect, useRef, type ReactNode, type RefObject } from 'react';
import type { Copies } from '#os/api';
import { IconButton } from '#view/kit/controls.tsx';
import { Faces } from '#view/kit/face.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon, type IconName } from '#view/kit/icons.tsx';
import { useAct } from '#view/kit/keyboard.tsx';
import { useNarrow } from '#view/kit/media.ts';
import { MenuButton, type MenuItem } from '#view/kit/overlays.tsx';
import { usePreferences } from '#view/kit/preferences.tsx';
import { NotSavedNote, OfflineNote } from '#view/kit/states.tsx';
import { StateChip } from '#view/kit/state-chip.tsx';

export interface HeaderProps {
  /** Names before the title. */
  crumbs: string[];
  icon?: IconName;
  title: string;
  /** What it is about, after the title. */
  topic?: string;
  people?: { uid: string; name: string }[];
  copies: Copies | null;
  /** Number of presses of "Where is this?". */
  whereOpened?: number;
  acts?: ReactNode;
  menu?: (MenuItem | string | null)[];
  onBack?: () => void;
}

/** Breadcrumb, title, who is here, state, acts. On a phone the state stands under the title. */
export function ObjectHeader(props: HeaderProps): ReactNode {
  const { t, list } = useI18n();
  const narrow = useNarrow();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${props.title} · LifeGraph`;
  }, [props.title]);
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
          <h1 ref={heading} tabIndex={-1} className="cut">
            {props.title}
          </h1>
          {props.topic && <span className="small muted cut topic wide-only">{props.topic}</span>}
        </div>
        {narrow && props.copies && (
          <div className="header-state small">
            <StateChip copies={props.copies} title={props.title} opened={props.whereOpened ?? 0} />
            {props.crumbs[0] && <span className="cut muted">{`· ${props.crumbs[0]}`}</span>}
          </div>
        )}
      </div>
      <div className="header-acts">
        <span className="wide-only line">
          <Faces people={here} label={t('people.here', { names: list(here.map((person) => person.name)) })} />
        </span>
        {!narrow && <StateChip copies={props.copies} title={props.title} opened={props.whereOpened ?? 0} />}
        {props.acts}
        {props.menu && <MenuButton name={t('act.more')} items={props.menu} />}
      </div>
    </header>
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
          <OfflineNote />
          {reason && <NotSavedNote reason={reason} />}
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
  useAct('panel', onClose);
  useEffect(() => {
    const before = document.activeElement;
    ref.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
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
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
    >
      <div className="panel-grip" aria-hidden="true" onPointerDown={resize} />
      <div className="panel-head">
        <h2 className="medium">{title}</h2>
        {note && <span className="small muted cut">{note}</span>}
        <span className="grow" />
        <IconButton icon="close" name={t('act.close')} hint="]" onClick={onClose} />
      </div>
      {children}
    </aside>
  );
}
