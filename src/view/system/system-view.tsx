/** System: one sentence first, then figures, the Seal, then detail in tabs. */
import '#view/kit/system-words.ts';
import '#view/kit/where-words.ts';
import { useState, type ReactNode } from 'react';
import type { Copies, NetworkStatus, SpaceView } from '#os/api';
import { ALARM } from '#view/kit/alarm-note.tsx';
import { Button, Segments } from '#view/kit/controls.tsx';
import { errorWords } from '#view/kit/error-words.ts';
import { Figures } from '#view/kit/figures.tsx';
import { useI18n, type I18n, type Key } from '#view/kit/i18n.tsx';
import { Icon, type IconName } from '#view/kit/icons.tsx';
import { useAsked, useCopies, useKernel, useNetwork } from '#view/kit/kernel.tsx';
import type { LensProps } from '#view/kit/lens.ts';
import { Place } from '#view/kit/place.tsx';
import { navigate } from '#view/kit/router.tsx';
import { download } from '#view/kit/download.ts';
import { COPY_TROUBLE, TroubleActs, type Trouble } from '#view/kit/troubles.tsx';
import { LinksTab } from './links-tab.tsx';
import { LogTab } from './log-tab.tsx';
import { SealCard } from './seal-card.tsx';
import { NetworkTab } from './network-tab.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { PipelineTab } from './pipeline-tab.tsx';
import { StorageTab } from './storage-tab.tsx';
import { UNREACHED } from './unreached.tsx';

const ComputeTab = lazyPart(async () => (await import('./compute-tab.tsx')).ComputeTab);

const TABS = { links: 'system.links', log: 'system.log', storage: 'system.storage', network: 'system.network', pipeline: 'system.pipeline', compute: 'settings.compute' } as const satisfies Record<string, Key>;
type Tab = keyof typeof TABS;

/** The screen. */
export function SystemView({ space, route }: LensProps): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const copies = useCopies(space.id);
  const network = useNetwork();
  const tab: Tab = route.params['tab'] && route.params['tab'] in TABS ? (route.params['tab'] as Tab) : 'links';
  const record = route.params['record'] ?? null;
  const go = (params: Record<string, string>, replace = false): void => navigate({ space: space.id, lens: 'system', params }, { replace });
  const diagnose = (): void => void api.diagnostics().then((blob) => download(blob, 'lifegraph-diagnostics.json'));
  return (
    <Place
      header={{
        crumbs: [space.name], title: t('system.title'), copies,
        onBack: () => navigate({ space: space.id, lens: 'more' }),
        acts: (
          <span className="wide-only">
            <Button kind="quiet" size="compact" icon="download" onClick={diagnose}>
              {t('system.export')}
            </Button>
          </span>
        ),
        menu: [{ label: t('system.export'), icon: 'download', onSelect: diagnose }],
      }}
    >
      <div className="sheet">
        <Sentence copies={copies} network={network} space={space} />
        <SystemFigures copies={copies} network={network} />
        <SealCard space={space} />
        <div className="sheet-tools">
          <Segments tabs label={t('system.detail')} value={tab} onChange={(next) => go({ tab: next }, true)} options={(Object.keys(TABS) as Tab[]).map((value) => ({ value, label: t(TABS[value]) }))} />
        </div>
        {tab === 'links' && <LinksTab network={network} space={space} />}
        {tab === 'log' && <LogTab space={space} record={record} onRecord={(id) => go(id ? { tab: 'log', record: id } : { tab: 'log' })} />}
        {tab === 'storage' && <StorageTab />}
        {tab === 'network' && <NetworkTab network={network} />}
        {tab === 'pipeline' && <PipelineTab />}
        {tab === 'compute' && <ComputeTab space={space} />}
      </div>
    </Place>
  );
}

interface Verdict {
  icon: IconName;
  tone: string;
  title: string;
  text: string;
  /** Where something waits or failed: what can be done, and since when it is so where the kernel knows. */
  trouble?: Trouble;
  since?: number | null;
}

/** The first problem, or that there is none. */
function verdict(i18n: I18n, copies: Copies | null, network: NetworkStatus, space: SpaceView): Verdict {
  const { t } = i18n;
  const { stuck, waiting, newer, 'one-copy': oneCopy, 'catching-up': behind } = COPY_TROUBLE;
  const since = copies?.since ?? null;
  if (copies?.state === 'stuck') return { icon: 'stuck', tone: 'bad', title: t('state.stuck', { reason: errorWords(t, copies.reason) }), text: t('notSaved.text'), trouble: stuck, since };
  if (network.altered.length > 0) return { icon: 'alert', tone: 'bad', title: t('alarm.title'), text: t('alarm.safe'), trouble: ALARM, since: Math.min(...network.altered.map((way) => way.since)) };
  if (network.clockWarning) return { icon: 'alert', tone: 'wait', title: t('system.clock'), text: t('system.clockText', { s: Math.round(network.clockOffsetMs / 1000) }), trouble: waiting };
  if (network.versions.newer > 0) return { icon: 'alert', tone: 'wait', title: t('system.newer'), text: t('system.newerText', { n: network.versions.newer }), trouble: newer };
  if (network.paused || !network.online) return { icon: 'offline', tone: 'muted', title: t('system.offline'), text: network.pending > 0 ? t('offline.waiting', { n: network.pending }) : t('offline.nothing'), trouble: waiting };
  if (copies?.state === 'waiting') return { icon: 'clock', tone: 'muted', title: t('state.waiting', { n: copies.count }), text: t('where.waiting', { n: copies.count }), trouble: waiting, since };
  if (copies?.state === 'one-copy') return { icon: 'alert', tone: 'wait', title: t('state.oneCopy'), text: t('where.risk'), trouble: oneCopy, since };
  if (copies?.state === 'catching-up') return { icon: 'download', tone: 'muted', title: t('state.catchingUp', { n: copies.count }), text: t('where.catchingUp'), trouble: behind, since };
  if (network.versions.older > 0) return { icon: 'alert', tone: 'wait', title: t('system.older'), text: t('system.olderText', { n: network.versions.older }), trouble: waiting };
  if (network.signaling.length > 0 && network.signaling.every((server) => server.state !== 'open')) return { icon: 'network', tone: 'wait', title: t('system.noServer'), text: t('system.noServerText'), trouble: waiting };
  const [first] = [...network.unreached].sort((a, b) => a.since - b.since);
  if (first) return { icon: 'network', tone: 'wait', title: t('system.unreached'), text: `${t('where.unreached', { n: network.unreached.length })} ${t(UNREACHED.reason)}`, trouble: UNREACHED, since: first.since };
  const held = copies ? t('system.held', { n: copies.devices.length, space: space.name }) : '';
  const last = copies?.lastConfirmed ? ` ${t('where.last', { ago: i18n.ago(copies.lastConfirmed, Date.now()) })}` : '';
  return { icon: 'ok', tone: 'ok', title: t('system.inOrder'), text: held + last };
}

function Sentence({ copies, network, space }: { copies: Copies | null; network: NetworkStatus; space: SpaceView }): ReactNode {
  const i18n = useI18n();
  const said = verdict(i18n, copies, network, space);
  // What the kernel dates itself is dated by it; else by when this screen saw it.
  const [seen, setSeen] = useState({ title: said.title, at: Date.now() });
  if (seen.title !== said.title) setSeen({ title: said.title, at: Date.now() });
  return (
    <div className="sentence" role="status">
      <Icon name={said.icon} size={20} tone={said.tone} />
      <div>
        <h2 className="title3">{said.title}</h2>
        <p className="muted">{said.trouble ? `${said.text} ${i18n.t('where.since', { time: i18n.moment(said.since ?? seen.at) })}` : said.text}</p>
        {said.trouble && <TroubleActs trouble={said.trouble} />}
      </div>
    </div>
  );
}

function SystemFigures({ copies, network }: { copies: Copies | null; network: NetworkStatus }): ReactNode {
  const { t, number, time, bytes } = useI18n();
  const api = useKernel();
  const metrics = useAsked(() => Promise.resolve(api.metrics()), ['copies', 'record'], [api], 1000) ?? {};
  const stored = metrics['store.bytes'];
  const records = metrics['store.records'];
  const figures: [string, string, string][] = [
    [t('system.copies'), copies ? number(copies.devices.length + copies.beacons.length) : '…', t('system.linksNow', { n: network.peers.length })],
    [t('system.pending'), number(network.pending), copies?.since && network.pending > 0 ? t('system.oldest', { time: time(copies.since) }) : t('system.oldestNone')],
    [t('system.kept'), records === undefined ? '…' : number(records), t('system.records', { n: records ?? 0 })],
    [t('system.stored'), stored ? bytes(stored) : '…', metrics['store.quota'] ? t('system.quota', { size: bytes(metrics['store.quota']) }) : t('system.thisBrowser')],
  ];
  return <Figures of={figures} />;
}
