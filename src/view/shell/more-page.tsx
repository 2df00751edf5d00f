/** More: what has no place in the phone bar, and the spaces. */
import type { ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon, type IconName } from '#view/kit/icons.tsx';
import { useCopies } from '#view/kit/kernel.tsx';
import type { Parts } from '#view/kit/lens.ts';
import { Menu } from '#view/kit/overlays.tsx';
import { Place } from '#view/kit/place.tsx';
import { formatRoute } from '#view/kit/router.tsx';
import type { Floating } from './desk.tsx';
import { spaceItems } from './rail.tsx';
import type { UnreadBySpace } from './use-unread.tsx';

/** The page. */
export function MorePage({ space, spaces, parts, unread, onFloat }: { space: SpaceView; spaces: SpaceView[]; parts: Parts; unread: UnreadBySpace; onFloat: (what: Floating) => void }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const copies = useCopies(space.id);
  const links: [string, IconName, string][] = [
    ...parts.lenses.filter((lens) => lens !== parts.home && lens.id !== 'hub').map((lens): [string, IconName, string] => [lens.id, lens.icon, t(lens.word)]),
    ['search', 'search', t('search.title')],
    ['system', 'activity', t('system.title')],
    ['settings', 'settings', t('settings.title')],
  ];
  return (
    <Place header={{ crumbs: [space.name], title: t('phone.more'), copies }}>
      <ul className="list">
        {links.map(([lens, icon, word]) => (
          <li key={lens}>
            <a className="list-row" href={formatRoute({ space: space.id, lens })}>
              <Icon name={icon} tone="muted" />
              <span className="grow cut">{word}</span>
              <Icon name="right" tone="muted" />
            </a>
          </li>
        ))}
      </ul>
      <div className="more-spaces">
        <Menu items={spaceItems(i18n, space, spaces, parts.home.id, onFloat, unread)} onDone={() => undefined} />
      </div>
    </Place>
  );
}
