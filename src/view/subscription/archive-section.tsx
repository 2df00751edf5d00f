/** The archive of a space: a switch for the owner with what it means in a sentence, for everybody its state. */
import '#view/kit/access-words.ts';
import './requests.css';
import { useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { ArchiveRelays } from '#view/kit/archive-relays.tsx';
import { Button, Switch } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel, useNetwork } from '#view/kit/kernel.tsx';
import { ConfirmWithConsequence, useToast } from '#view/kit/toast.tsx';

/** The section; nothing for who cannot change it while it is off. */
export function ArchiveSection({ space }: { space: SpaceView }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const view = useAsked(() => api.spaces.archive(space.id), ['members', 'spaces', 'record'], [api, space.id], 300);
  const relays = useNetwork().archives.filter((relay) => relay.space === space.id);
  const [asking, setAsking] = useState<'on' | 'off' | null>(null);
  if (view === null || (view.urls.length === 0 && !view.mayChange)) return null;
  const on = view.urls.length > 0;
  const turnOff = (): void => {
    api.spaces.setArchive(space.id, []).then(() => toast({ text: t('archive.offDone') }), (error: unknown) => toast({ text: errorText(t, error, 'archive.failed') }));
  };
  const keep = async (text: string): Promise<string | null> => {
    try {
      await api.spaces.setArchive(space.id, text.split(/\s+/).filter((url) => url !== ''));
      setAsking(null);
      return null;
    } catch (error) {
      return errorText(t, error, 'archive.failed');
    }
  };
  return (
    <section className="waiting" aria-label={t('archive.title')}>
      <h2 className="medium">{t('archive.title')}</h2>
      {view.mayChange ? (
        <div className="line wrap">
          <span className="grow archive-set">
            <Switch label={t('archive.switch')} note={t('archive.sentence')} on={on} onChange={(next) => setAsking(next ? 'on' : 'off')} />
          </span>
          {on && <Button kind="quiet" size="compact" onClick={() => setAsking('on')}>{t('archive.change')}</Button>}
        </div>
      ) : <p className="small muted">{t('archive.sentence')}</p>}
      {on && <ArchiveRelays relays={relays} />}
      {asking === 'on' && <FieldDialog title={t('archive.title')} label={t('archive.addresses')} note={t('archive.note')} act="act.save" initial={view.urls.join(' ')} maxLength={900} spellCheck={false} onSubmit={keep} onClose={() => setAsking(null)} />}
      {asking === 'off' && <ConfirmWithConsequence title={t('archive.offTitle')} consequence={t('archive.offText')} act={t('archive.off')} onConfirm={turnOff} onClose={() => setAsking(null)} />}
    </section>
  );
}
