/** The Seal of the space: four words and a strip; equal on two screens = equal data. */
import { useState, type ReactNode } from 'react';
import type { SpaceDigest, SpaceView } from '#os/api';
import { Button, Field } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import { sealTones, SealStrip } from '#view/kit/seal.tsx';

/** The card. */
export function SealCard({ space }: { space: SpaceView }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const digest = useAsked(() => api.graph(space.id).digest(), ['record', 'node_created', 'node_updated', 'relation_created'], [api, space.id], 800);
  const [comparing, setComparing] = useState(false);
  return (
    <section className="card seal" aria-label={t('seal.title')}>
      <div className="seal-words">
        <div className="small muted">{t('seal.title')}</div>
        <div className="bold seal-text">{digest ? digest.words.join(' ') : '…'}</div>
      </div>
      {digest && <SealStrip large tones={sealTones(digest.seal, digest.words)} />}
      <p className="small muted seal-note">{t('seal.note')}</p>
      <Button kind="quiet" disabled={!digest} onClick={() => setComparing(true)}>
        {t('seal.compare')}
      </Button>
      {comparing && digest && <Compare digest={digest} onClose={() => setComparing(false)} />}
    </section>
  );
}

function Compare({ digest, onClose }: { digest: SpaceDigest; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const [typed, setTyped] = useState('');
  const words = typed.toLowerCase().split(/[\s,]+/).filter(Boolean);
  const full = words.length >= 4;
  const same = full && words.slice(0, 4).join(' ') === digest.words.join(' ');
  return (
    <Dialog title={t('seal.compareTitle')} onClose={onClose}>
      <div className="stack seal-compare">
        <div>
          <div className="label">{t('seal.here')}</div>
          <SealStrip large tones={sealTones(digest.seal, digest.words)} />
          <div className="bold">{digest.words.join(' ')}</div>
        </div>
        <Field label={t('seal.there')} autoFocus autoComplete="off" spellCheck={false} value={typed} onChange={(event) => setTyped(event.target.value)} />
        {full && (
          <div role="status">
            {same && <SealStrip large tones={sealTones(digest.seal, digest.words)} />}
            <p className="state" data-tone={same ? 'ok' : 'wait'}>
              {same ? t('seal.equal') : t('seal.differs')}
            </p>
          </div>
        )}
        <p className="small muted">{t('seal.covers', { n: digest.covers.fragments.length })}</p>
      </div>
    </Dialog>
  );
}
