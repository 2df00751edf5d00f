/** Models that members of a space offer to each other, as a list. */
import { useState, type ReactNode } from 'react';
import type { FileState } from '#os/files-api';
import type { MindDesk } from '#os/models-api';
import { Button } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import type { LensProps } from '#view/kit/lens.ts';
import { mindFault } from '#view/kit/model-words.ts';
import { offers, takeOffer, type Offer } from './offered-models.ts';

/** The card; nothing where nobody offers one that is not here. */
export function ModelOffers({ space, desk, have }: { space: LensProps['space']; desk: MindDesk; have: ReadonlySet<string> }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const found = useAsked(() => offers(api, space.id), ['node_created', 'spaces'], [api, space.id], 500);
  const open = (found ?? []).filter(({ id }) => !have.has(id));
  if (open.length === 0) return null;
  return (
    <section className="card settings-card" aria-label={t('model.offered')}>
      <div className="setting setting-column">
        <h2 className="medium">{t('model.offered')}</h2>
        <p className="small muted">{t('model.offeredNote')}</p>
        <ul className="card list-card models" aria-label={t('model.offered')}>
          {open.map((offer) => <OfferRow key={offer.id} offer={offer} space={space} desk={desk} />)}
        </ul>
      </div>
    </section>
  );
}

function OfferRow({ offer, space, desk }: { offer: Offer; space: LensProps['space']; desk: MindDesk }): ReactNode {
  const { t, bytes } = useI18n();
  const api = useKernel();
  const [over, setOver] = useState<AbortController | null>(null);
  const [state, setState] = useState<FileState | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [tried] = useState(() => new Set<string>());
  const get = async (): Promise<void> => {
    const control = new AbortController();
    setOver(control);
    setError(null);
    try {
      await takeOffer(api, desk, space, offer, tried, setState, control.signal);
    } catch (caught) {
      if (!control.signal.aborted) setError(mindFault(t, caught));
    }
    setOver(null);
  };
  return (
    <li className="server-row">
      <div className="line wrap">
        <div className="grow model-name">
          <div className="cut medium">{offer.name}</div>
          <div className="small muted num">{bytes(offer.size)}</div>
        </div>
        {over ? <Button kind="quiet" size="compact" onClick={() => over.abort()}>{t('model.stop')}</Button> : <Button size="compact" aria-label={t('model.getOf', { name: offer.name })} onClick={() => void get()}>{t('model.get')}</Button>}
      </div>
      <div className="line wrap small"><span className="muted">{t('model.hash')}</span><code className="grow model-hash">{offer.id}</code></div>
      {over && <p className="small muted num" role="status">{t('model.getting', { have: state?.have ?? 0, of: state?.of ?? 0 })}</p>}
      {error && <p className="field-error" role="alert">{error}</p>}
    </li>
  );
}
