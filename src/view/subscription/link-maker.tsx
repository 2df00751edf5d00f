/** A link that is made when its consequence is accepted, then shown to be copied or scanned. */
import '#view/kit/access-words.ts';
import { Suspense, useEffect, useRef, useState, type ReactNode } from 'react';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { Dialog } from '#view/kit/overlays.tsx';

const QrCode = lazyPart(async () => (await import('#view/kit/qr.tsx')).QrCode);

/** `make` gives the link; it is asked once, however often one presses, and nothing closes the dialog meanwhile. `onClose` is told the link that was shown. */
export function LinkMaker({ title, text, act, make, onClose }: { title: string; text: string; act: string; make: () => Promise<string>; onClose: (link: string | null) => void }): ReactNode {
  const { t } = useI18n();
  const [link, setLink] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [copied, setCopied] = useState(false);
  const [busy, setBusy] = useState(false);
  const asked = useRef(false);
  const first = useRef<HTMLButtonElement>(null);
  // The button that was pressed is gone.
  useEffect(() => {
    if (link !== null) first.current?.focus();
  }, [link]);
  const begin = (): void => {
    if (asked.current) return;
    asked.current = true;
    setBusy(true);
    setError(null);
    make().then(setLink, (caught: unknown) => setError(errorText(t, caught, 'invite.failed'))).finally(() => (setBusy(false), (asked.current = false)));
  };
  const copy = (): void => {
    navigator.clipboard.writeText(link ?? '').then(() => setCopied(true), () => setError(t('invite.copyByHand')));
  };
  return (
    <Dialog title={title} keep={busy ? 'open' : link === null ? undefined : 'beside'} onClose={() => onClose(link)}>
      {link === null ? <p className="share-note">{text}</p> : (
        <>
          <figure className="share-code">
            <Suspense fallback={<span className="share-code-empty" />}><QrCode text={link} label={t('invite.qr')} /></Suspense>
          </figure>
          <div className="line wrap">
            <input className="field code grow share-link" readOnly aria-label={t('invite.link')} value={link} onFocus={(event) => event.target.select()} />
            <Button ref={first} kind="primary" icon={copied ? 'check' : 'copy'} data-first onClick={copy}>{copied ? t('act.copied') : t('invite.copy')}</Button>
          </div>
          <p className="small muted share-note">{t('invite.once')}</p>
        </>
      )}
      <p className="hidden" role="status">{copied ? t('invite.copied') : link === null ? '' : t('invite.ready')}</p>
      {error && <p className="field-error" role="alert">{error}</p>}
      {link === null && (
        <div className="dialog-foot">
          <Button kind="quiet" disabled={busy} onClick={() => onClose(null)}>{t('act.cancel')}</Button>
          <Button kind="primary" aria-busy={busy} onClick={begin}>{act}</Button>
        </div>
      )}
    </Dialog>
  );
}
