/** The bar at the thumb on a phone: Hub, Talk, Create, Search, More. */
import type { ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import type { Lens, Parts } from '#view/kit/lens.ts';
import { Menu, Popover, useAnchored, type MenuItem } from '#view/kit/overlays.tsx';
import { formatRoute, type Route } from '#view/kit/router.tsx';
import type { Floating } from './desk.tsx';

/** The bar. */
export function PhoneBar({ route, space, parts: { lenses, home }, elsewhere, onFloat }: { route: Route; space: SpaceView; parts: Parts; elsewhere: boolean; onFloat: (what: Floating) => void }): ReactNode {
  const { t } = useI18n();
  const { anchor, open, close } = useAnchored();
  const hub = lenses.find((lens) => lens.id === 'hub');
  const items: MenuItem[] = [
    ...lenses.filter((lens) => lens.create?.may(space)).map((lens): MenuItem => ({ label: t(lens.create!.word), icon: lens.icon, onSelect: () => onFloat(`create:${lens.id}`) })),
    { label: t('space.new'), icon: 'plus', onSelect: () => onFloat('space') },
    { label: t('join.byLink'), icon: 'link', onSelect: () => onFloat('join') },
  ];
  return (
    <nav className="phone-bar" aria-label={t('rail.label')} data-region>
      {hub && <PhoneLens lens={hub} word="lens.hub" space={space} route={route} />}
      <PhoneLens lens={home} word="phone.talk" space={space} route={route} also="messenger" />
      <button type="button" aria-haspopup="menu" aria-expanded={anchor !== null} onClick={open}>
        <span className="phone-create">
          <Icon name="plus" size={20} />
        </span>
        {t('phone.create')}
      </button>
      <button type="button" aria-current={route.lens === 'search' ? 'page' : undefined} onClick={() => onFloat('palette')}>
        <span className="phone-icon">
          <Icon name="search" size={20} />
        </span>
        {t('phone.search')}
      </button>
      <a href={formatRoute({ space: space.id, lens: 'more' })} aria-current={route.lens !== home.id && route.lens !== 'messenger' && route.lens !== hub?.id && route.lens !== 'search' ? 'page' : undefined}>
        <span className="phone-icon">
          <Icon name="menu" size={20} />
          {elsewhere && (
            <span className="phone-count">
              <span className="fresh-dot" role="img" aria-label={t('space.fresh')} />
            </span>
          )}
        </span>
        {t('phone.more')}
      </a>
      {anchor && (
        <Popover anchor={anchor} onClose={close} label={t('phone.create')} className="menu">
          <Menu items={items} onDone={close} />
        </Popover>
      )}
    </nav>
  );
}

function PhoneLens({ lens, word, space, route, also }: { lens: Lens; word: Key; space: SpaceView; route: Route; also?: string }): ReactNode {
  const { t, count } = useI18n();
  const { unread } = lens.useRows(space);
  return (
    <a href={formatRoute({ space: space.id, lens: lens.id })} aria-current={route.lens === lens.id || route.lens === also ? 'page' : undefined}>
      <span className="phone-icon">
        <Icon name={lens.icon} size={20} />
        {unread > 0 && <span className="phone-count num">{count(unread)}</span>}
      </span>
      {t(word)}
    </a>
  );
}
