/** Settings: sections of cards; the control always at the right. Everything here belongs to this device and says so. */
import '#view/kit/palette-words.ts';
import '#view/kit/model-words.ts';
import '#view/kit/system-words.ts';
import { useState, type ReactNode } from 'react';
import { oneLine, PERSON_NAME_MAX } from '#domain/shared';
import { Button, Field, Segments } from '#view/kit/controls.tsx';
import { Face } from '#view/kit/face.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { useAsked, useCopies, useKernel, useNetwork } from '#view/kit/kernel.tsx';
import type { LensProps } from '#view/kit/lens.ts';
import { Place } from '#view/kit/place.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { usePreferences } from '#view/kit/preferences.tsx';
import { navigate } from '#view/kit/router.tsx';
import { useTabKind } from '#view/kit/tab-kind.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { ServerList } from '#view/kit/server-list.tsx';
import { KeyboardSection } from './keyboard-section.tsx';
import { RecoveryNote } from './recovery-note.tsx';
import { SettingRow } from './setting-row.tsx';
import { typedServers } from './typed-servers.ts';

const DevicesSection = lazyPart(async () => (await import('./devices-section.tsx')).DevicesSection);
const PeopleSection = lazyPart(async () => (await import('#view/kit/browser-people-list.tsx')).PeopleSection, { alone: true });
const QuietSection = lazyPart(async () => (await import('#view/kit/quiet-dialog.tsx')).QuietSection, { alone: true });
const ByHandSection = lazyPart(async () => (await import('./by-hand-section.tsx')).ByHandSection, { alone: true });
const WaysSection = lazyPart(async () => (await import('./ways-section.tsx')).WaysSection, { alone: true });
const DrillNote = lazyPart(async () => (await import('./drill-note.tsx')).DrillNote, { alone: true });
const ReleaseRows = lazyPart(async () => (await import('./release-rows.tsx')).ReleaseRows, { alone: true });
const NoticesSection = lazyPart(async () => (await import('./notices-section.tsx')).NoticesSection);
const ComputeSection = lazyPart(async () => (await import('./compute-section.tsx')).ComputeSection);
const ModelsSection = lazyPart(async () => (await import('./models-section.tsx')).ModelsSection);
const AgentsSection = lazyPart(async () => (await import('./agents-section.tsx')).AgentsSection);
const RecoverySection = lazyPart(async () => (await import('./recovery-section.tsx')).RecoverySection);

const SECTIONS = { me: 'settings.me', recovery: 'settings.recovery', look: 'settings.look', notices: 'settings.notices', agents: 'settings.agents', compute: 'settings.models', network: 'settings.network', keyboard: 'settings.keyboard', about: 'settings.about' } as const satisfies Record<string, Key>;
type Section = keyof typeof SECTIONS;

/** The screen. */
export function SettingsView({ space, route }: LensProps): ReactNode {
  const { t } = useI18n();
  const copies = useCopies(space.id);
  const section: Section = route.object && route.object in SECTIONS ? (route.object as Section) : 'me';
  return (
    <Place header={{ crumbs: [space.name], title: t('settings.title'), copies, onBack: () => navigate({ space: space.id, lens: 'more' }) }}>
      <div className="sheet settings">
        <div className="sheet-tools">
          <Segments tabs label={t('settings.title')} value={section} onChange={(next) => navigate({ space: space.id, lens: 'settings', object: next }, { replace: true })} options={(Object.keys(SECTIONS) as Section[]).map((value) => ({ value, label: t(SECTIONS[value]) }))} />
        </div>
        {section === 'me' && <MeSection space={space.id} />}
        {section === 'recovery' && <RecoverySection />}
        {section === 'look' && <LookSection />}
        {section === 'notices' && <NoticesSection />}
        {section === 'agents' && <AgentsSection />}
        {section === 'compute' && <ComputeSection />}
        {section === 'compute' && <ModelsSection space={space} />}
        {section === 'network' && <NetworkSection />}
        {section === 'keyboard' && <KeyboardSection />}
        {section === 'about' && <AboutSection />}
      </div>
    </Place>
  );
}

function MeSection({ space }: { space: string }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const me = api.identity.get();
  const tab = useTabKind();
  const [name, setName] = useState(me?.name ?? '');
  if (!me) return null;
  const save = (): void => {
    const clean = oneLine(name);
    if (clean === '' || clean === me.name) return;
    api.identity.rename(clean).then(
      () => toast({ text: t('settings.renamed') }),
      (error: unknown) => toast({ text: errorText(t, error, 'chat.failed') }),
    );
  };
  return (
    <>
      <section className="card settings-card" aria-label={t('settings.me')}>
        <div className="setting">
          <Face uid={me.uid} name={me.name} size={64} />
          <form
            className="grow line setting-name"
            onSubmit={(event) => {
              event.preventDefault();
              save();
            }}
          >
            <div className="grow">
              <Field label={t('settings.name')} value={name} maxLength={PERSON_NAME_MAX} onChange={(event) => setName(event.target.value)} />
            </div>
            <Button type="submit" disabled={oneLine(name) === '' || oneLine(name) === me.name}>
              {t('act.save')}
            </Button>
          </form>
        </div>
        <SettingRow title={t('settings.key')} note={t('settings.keyNote')}>
          <code className="setting-code">{me.uid}</code>
        </SettingRow>
      </section>
      <DevicesSection />
      <div className="setting">
        <div className="grow small muted">{t('settings.fleeting')}</div>
        <div className="setting-control"><Button onClick={tab.open}>{t('space.fleeting')}</Button></div>
      </div>
      <KeyNote space={space} />
      <DrillNote space={space} />
      <QuietSection />
      <PeopleSection />
    </>
  );
}

/** Until the key is kept somewhere else, what that means and where to mend it. */
function KeyNote({ space }: { space: string }): ReactNode {
  const api = useKernel();
  const kept = useAsked(() => api.recovery.status(), ['spaces'], [api]);
  const devices = useAsked(() => api.devices.list(), ['members', 'spaces'], [api], 300);
  const others = devices?.some((device) => !device.self && device.state === 'in-use') ?? true;
  if (!kept || others || kept.checkedAt !== null || kept.fileCheckedAt !== null) return null;
  return <RecoveryNote space={space} state="open" text="settings.oneKey" act="settings.keepKey" />;
}

function LookSection(): ReactNode {
  const { t } = useI18n();
  const { lang, theme, change } = usePreferences();
  return (
    <section className="card settings-card" aria-label={t('settings.look')}>
      <SettingRow title={t('look.language')} note={t('settings.thisDevice')}>
        <Segments label={t('look.language')} value={lang} onChange={(next) => change({ lang: next })} options={[{ value: 'auto', label: t('look.auto') }, { value: 'en', label: t('look.english') }, { value: 'ru', label: t('look.russian') }]} />
      </SettingRow>
      <SettingRow title={t('look.theme')} note={t('settings.thisDevice')}>
        <Segments label={t('look.theme')} value={theme} onChange={(next) => change({ theme: next })} options={[{ value: 'auto', label: t('look.auto') }, { value: 'light', label: t('look.light') }, { value: 'dark', label: t('look.dark') }]} />
      </SettingRow>
    </section>
  );
}

function NetworkSection(): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const network = useNetwork();
  // Until somebody types it shows the list in use, which is not known at first: a list kept from that moment would be an empty one.
  const [typed, setTyped] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const save = (): void => {
    const asked = typedServers(typed);
    if (asked === null) return;
    if ('refused' in asked) return setError(asked.refused === 'bad' ? t('server.bad', { url: asked.url }) : t('server.empty'));
    setError(null);
    api.network.setServers(asked.urls).then(
      () => (setTyped((now) => (now === typed ? null : now)), toast({ text: t('server.saved') })),
      (caught: unknown) => setError(errorText(t, caught, 'server.failed')),
    );
  };
  return (
    <>
      <ServerList network={network} />
      <form
        className="card settings-card"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <div className="setting setting-column">
          <label className="medium" htmlFor="servers">
            {t('server.title')}
          </label>
          <p className="small muted">{t('server.note')}</p>
          <textarea id="servers" className="field code" rows={3} spellCheck={false} value={typed ?? network.signaling.map((server) => server.url).join('\n')} aria-invalid={error ? true : undefined} onChange={(event) => (setTyped(event.target.value), setError(null))} />
          {error && (
            <p className="field-error" role="alert">
              {error}
            </p>
          )}
          <div className="line">
            <Button type="submit">{t('act.save')}</Button>
          </div>
        </div>
      </form>
      <section className="card settings-card" aria-label={t('settings.network')}>
        <SettingRow title={t('offline.pause')} note={t('offline.pauseNote')}>
          <Button kind="quiet" onClick={() => (network.paused ? api.network.resume() : api.network.pause())}>
            {network.paused ? t('offline.resume') : t('offline.pauseAct')}
          </Button>
        </SettingRow>
        <WaysSection />
        <ByHandSection />
      </section>
    </>
  );
}

function AboutSection(): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  return (
    <section className="card settings-card" aria-label={t('settings.about')}>
      <SettingRow title={t('about.version')}>
        <span className="num">{api.version}</span>
      </SettingRow>
      <ReleaseRows />
      <SettingRow title={t('about.protocol')}>
        <span className="num">{api.protocol}</span>
      </SettingRow>
      <SettingRow title={t('about.console')} note={t('about.consoleNote')}>
        <code>{'window.lifegraph'}</code>
      </SettingRow>
      <SettingRow title={t('about.licence')}>
        <span>{'MIT'}</span>
      </SettingRow>
    </section>
  );
}
