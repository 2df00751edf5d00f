/** The Seal of the space: four words and a strip; equal on two screens = equal data. */
import '#view/kit/system-words.ts';
import { Suspense, useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { sealTones, SealStrip } from '#view/kit/seal.tsx';

const CompareSeals = lazyPart(async () => (await import('./seal-compare.tsx')).CompareSeals);

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
      {comparing && digest && (
        <Suspense>
          <CompareSeals space={space} digest={digest} onClose={() => setComparing(false)} />
        </Suspense>
      )}
    </section>
  );
}
