/** Decks of which only a part came: told, with the act that takes it away. */
import { useState, type ReactNode } from 'react';
import type { DirectoryEntry } from '#domain/shared';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { dropDecks } from './deck-files.ts';
import { useHalves } from './use-cards.ts';

/** Told at once: taking one away shows the next. */
const TOLD = 3;

/** Those that lie here. */
export function HalfDecks({ personal }: { personal: string | null }): ReactNode {
  const halves = useHalves(personal);
  return personal !== null && halves.slice(0, TOLD).map((deck) => <HalfDeck key={deck.fragment} personal={personal} deck={deck} />);
}

/** One. */
export function HalfDeck({ personal, deck }: { personal: string; deck: DirectoryEntry }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const title = deck.title || '…';
  const drop = (): void => {
    setBusy(true);
    void dropDecks(api.graph(personal), [deck]).then(() => toast({ text: t('learn.deckNone', { name: title }) }), (error: unknown) => (setBusy(false), toast({ text: errorText(t, error, 'learn.failed') })));
  };
  return (
    <div className="note" role="status">
      <Icon name="alert" tone="wait" />
      <span className="grow">{t('learn.deckHalf', { name: title })}</span>
      <Button size="compact" disabled={busy} aria-label={t('learn.deckHalfTake', { name: title })} onClick={drop}>{t('learn.waitTake')}</Button>
    </div>
  );
}
