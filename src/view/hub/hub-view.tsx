/** The Hub: Inbox, Activity and Overview over all spaces. */
import { useRef, type ComponentType, type ReactNode, type RefObject } from 'react';
import type { SpaceView } from '#os/api';
import '#view/kit/hub-words.ts';
import { HUB_LIMITS, type ComponentManifest } from '#domain/shared';
import { Segments } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import type { LensProps } from '#view/kit/lens.ts';
import { Place } from '#view/kit/place.tsx';
import { navigate } from '#view/kit/router.tsx';
import { ErrorState, Skeleton } from '#view/kit/states.tsx';
import { Activity } from './activity.tsx';
import { useHubCopies } from './copies.ts';
import { Inbox } from './inbox.tsx';
import { Overview } from './overview.tsx';
import { useFeed, useHubState, useVisit } from './use-hub.ts';
import './hub.css';

const TABS = ['inbox', 'activity', 'overview'] as const;
type Tab = (typeof TABS)[number];

/** Takes files that are let go over the page an element stands in. */
export type HubDrop = ComponentType<{ space: SpaceView; box: RefObject<HTMLElement | null> }>;

/** The screen over what the components declare. */
export function hubView(manifests: readonly ComponentManifest[], Drop: HubDrop): ComponentType<LensProps> {
  return function HubView({ space, route }: LensProps): ReactNode {
    const { t } = useI18n();
    const box = useRef<HTMLDivElement>(null);
    const feed = useFeed(manifests);
    const state = useHubState(feed);
    const since = useVisit(feed, state);
    const copies = useHubCopies(state?.spaces ?? null);
    const tab: Tab = TABS.find((one) => one === route.object) ?? 'inbox';
    const words = { inbox: t('hub.inbox'), activity: t('hub.activity'), overview: t('hub.overview') };
    const unread = state?.unread ?? 0;
    return (
      <Place header={{ crumbs: [], title: t('hub.title'), copies }}>
        <Drop space={space} box={box} />
        <div ref={box} className="hub" data-reading={state?.reading || undefined}>
          <Segments tabs label={t('hub.views')} value={tab} options={TABS.map((value) => ({ value, label: words[value], ...(value === 'inbox' && unread > 0 ? { count: unread } : {}) }))} onChange={(object) => navigate({ space: space.id, lens: 'hub', object }, { replace: true })} />
          {state?.failed && state.spaces === null ? (
            <ErrorState title={t('hub.failed')} text={t('hub.failedText')} acts={[{ label: t('act.retry'), onClick: () => feed?.retry() }, { label: t('crash.reload'), onClick: () => location.reload() }]} facts={[]} />
          ) : !feed || !state || state.spaces === null ? (
            <Skeleton label={t('list.loading')} />
          ) : tab === 'inbox' ? (
            <Inbox feed={feed} state={state} since={since ?? null} space={space} route={route} />
          ) : tab === 'activity' ? (
            <Activity feed={feed} state={state} space={space} route={route} />
          ) : (
            <Overview state={state} since={since ?? null} />
          )}
          {state?.cut && <p className="small muted hub-looked">{t('hub.looked', { n: HUB_LIMITS.looked })}</p>}
          {state && state.reading > 0 && state.spaces !== null && <p className="small muted" role="status">{t('hub.reading', { n: state.reading })}</p>}
        </div>
      </Place>
    );
  };
}
