/** The rail: space, search, lenses with the open one's list inside, and me with the state of what I wrote. */
import type { ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { IconButton, Key } from '#view/kit/controls.tsx';
import { Face } from '#view/kit/face.tsx';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useCopies, useKernel } from '#view/kit/kernel.tsx';
import { CTRL } from '#view/kit/keyboard.tsx';
import type { Lens, Parts } from '#view/kit/lens.ts';
import { MutedMark } from '#view/kit/quiet.tsx';
import { Menu, Popover, useAnchored, type MenuItem } from '#view/kit/overlays.tsx';
import { formatRoute, navigate, type Route } from '#view/kit/router.tsx';
import { SpaceMark } from '#view/kit/seal.tsx';
import { StateLine, useCalmCopies } from '#view/kit/state-chip.tsx';
import type { Floating } from './desk.tsx';
import type { UnreadBySpace } from './use-unread.tsx';

export interface RailProps {
  parts: Parts;
  space: SpaceView | null;
  spaces: SpaceView[];
  route: Route;
  /** Unread in the other spaces. */
  unread: UnreadBySpace;
  open: boolean;
  onToggle: () => void;
  onFloat: (what: Floating) => void;
}

/** The rail. */
export function Rail({ parts, space, spaces, route, unread, open, onToggle, onFloat }: RailProps): ReactNode {
  const { t } = useI18n();
  return (
    <nav className="rail" aria-label={t('rail.label')} data-region>
      <SpaceSwitcher space={space} spaces={spaces} home={parts.home.id} unread={unread} onFloat={onFloat} />
      <button type="button" className="rail-search" aria-label={`${t('palette.open')} ${CTRL} K`} onClick={() => onFloat('palette')}>
        <Icon name="search" />
        <span className="grow cut rail-word">{t('palette.open')}</span>
        <span className="rail-word">
          <Key>{`${CTRL} K`}</Key>
        </span>
      </button>
      <div className="rail-list">
        {space && parts.lenses.map((lens) => <RailLens key={lens.id} lens={lens} space={space} route={route} onFloat={onFloat} />)}
      </div>
      {!open && (
        <div className="rail-open">
          <IconButton icon="rail" name={t('keys.rail')} hint="[" aria-expanded={false} onClick={onToggle} />
        </div>
      )}
      <RailFoot space={space ?? spaces.find((one) => one.kind === 'personal') ?? null} route={route} />
    </nav>
  );
}

function RailLens({ lens, space, route, onFloat }: { lens: Lens; space: SpaceView; route: Route; onFloat: (what: Floating) => void }): ReactNode {
  const { t, count } = useI18n();
  const { rows, unread, loaded } = lens.useRows(space);
  const open = route.lens === lens.id;
  const here = open && (rows.length === 0 || route.object === null);
  return (
    <>
      <div className="rail-line" data-waits={open && !loaded ? '' : undefined}>
        <a className="rail-row" href={formatRoute({ space: space.id, lens: lens.id })} aria-current={here ? 'page' : undefined} data-open={open ? '' : undefined} title={t(lens.word)}>
          <Icon name={lens.icon} />
          <span className="grow cut rail-word">{t(lens.word)}</span>
          {unread > 0 && (
            <span className="rail-count num" aria-label={t('rail.unread', { n: unread })}>
              {count(unread)}
            </span>
          )}
        </a>
        {open && lens.create?.may(space) && (
          <span className="rail-add">
            <IconButton icon="plus" size={14} name={t(lens.create.word)} hint="C" onClick={() => onFloat(`create:${lens.id}`)} />
          </span>
        )}
      </div>
      {open && rows.length > 0 && (
        <ul className="rail-sub">
          {rows.map((row, at) => (
            <li key={row.object}>
              {row.group && row.group !== rows[at - 1]?.group && <span className="rail-group small muted">{t(row.group)}</span>}
              <a className="rail-row" data-sub="" data-unread={row.unread > 0 ? '' : undefined} aria-current={route.object === row.object ? 'page' : undefined} href={formatRoute({ space: row.space ?? space.id, lens: lens.id, object: row.object })}>
                <span className="rail-hash" aria-hidden="true">{lens.mark}</span>
                <span className="grow cut">{row.label}</span>
                {row.muted && <MutedMark />}
                {row.mentions > 0 && <Icon name="at" size={12} />}
                {row.unread > 0 && (
                  <span className="rail-count num" aria-label={t('rail.unread', { n: row.unread })}>
                    {count(row.unread)}
                  </span>
                )}
              </a>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Items of the space switcher; used by the rail and on phones. */
export function spaceItems({ t, count }: I18n, space: SpaceView | null, spaces: SpaceView[], home: string, onFloat: (what: Floating) => void, unread: UnreadBySpace): (MenuItem | string | null)[] {
  return [
    t('space.yours'),
    ...spaces.map((one): MenuItem => {
      const n = unread.get(one.id) ?? 0;
      const end = n > 0 ? { end: <span className="num bold" aria-label={t('rail.unread', { n })}>{count(n)}</span> } : {};
      return { label: one.name, start: <SpaceMark id={one.id} />, checked: one.id === space?.id, ...end, onSelect: () => navigate({ space: one.id, lens: home }) };
    }),
    null,
    { label: t('space.new'), icon: 'plus', onSelect: () => onFloat('space') },
    { label: t('join.byLink'), icon: 'link', onSelect: () => onFloat('join') },
    { label: t('space.fleeting'), icon: 'lock', onSelect: () => onFloat('fleeting') },
  ];
}

function SpaceSwitcher({ space, spaces, home, unread, onFloat }: { space: SpaceView | null; spaces: SpaceView[]; home: string; unread: UnreadBySpace; onFloat: (what: Floating) => void }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const { anchor, open, close } = useAnchored();
  return (
    <>
      <button type="button" className="space-switch" aria-haspopup="menu" aria-expanded={anchor !== null} aria-label={`${t('space.switch', { space: space?.name ?? t('space.yours') })}${unread.size > 0 ? `. ${t('space.fresh')}` : ''}`} onClick={open}>
        {space && <SpaceMark id={space.id} />}
        <span className="medium cut rail-word">{space?.name ?? (spaces.length > 0 ? t('space.yours') : '…')}</span>
        {unread.size > 0 && <span className="fresh-dot" aria-hidden="true" />}
        <span className="rail-word muted">
          <Icon name="updown" size={14} />
        </span>
      </button>
      {anchor && (
        <Popover anchor={anchor} onClose={close} label={t('space.yours')} className="menu">
          <Menu items={spaceItems(i18n, space, spaces, home, onFloat, unread)} onDone={close} />
        </Popover>
      )}
    </>
  );
}

function RailFoot({ space, route }: { space: SpaceView | null; route: Route }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const me = api.identity.get();
  const copies = useCalmCopies(useCopies(space?.id ?? null));
  if (!me || !space) return null;
  const system = formatRoute({ space: space.id, lens: 'system' });
  const settings = formatRoute({ space: space.id, lens: 'settings' });
  return (
    <div className="rail-foot">
      <a className="rail-me" href={system} aria-current={route.lens === 'system' ? 'page' : undefined} title={t('system.title')}>
        <Face uid={me.uid} name={me.name} size={28} />
        <span className="rail-word grow">
          <span className="medium cut rail-name">{me.name}</span>
          {copies && (
            <span className="small">
              <StateLine copies={copies} size={12} />
            </span>
          )}
        </span>
      </a>
      <a className="icon-button" href={settings} aria-label={t('settings.title')} title={t('settings.title')} aria-current={route.lens === 'settings' ? 'page' : undefined}>
        <Icon name="settings" />
      </a>
    </div>
  );
}
