/** What somebody types between Ctrl+K and the code of the palette: it goes into the palette, and not into what stood under the keys. */
import { useLayoutEffect, useRef, type ReactNode } from 'react';
import { useI18n } from '#view/kit/i18n.tsx';

let words = '';

/** What was typed. It may be asked for more than once: what is drawn and given up again has not shown it to anybody. */
export const earlyWords = (): string => words;

/** The palette stands with them, or nobody wants them any more. */
export function forgetEarlyWords(): void {
  words = '';
}

/** The field, which nobody sees: the palette stands in its place within a moment. */
export function EarlyWords({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    field.current?.focus({ preventScroll: true });
    // The palette gives the focus back to where it was.
    return () => {
      if (before instanceof HTMLElement && before !== document.body) before.focus({ preventScroll: true });
    };
  }, []);
  return <input ref={field} className="hidden" aria-label={t('palette.open')} onChange={({ target }) => (words = target.value)} onKeyDown={({ key }) => key === 'Escape' && (forgetEarlyWords(), onClose())} />;
}
