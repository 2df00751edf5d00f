/** A card: its two sides. Made out of words of a place, or changed. Loaded when the first one is opened. */
import { useId, useRef, useState, type ReactNode } from 'react';
import { toBase64url } from '#base/bytes';
import type { LifegraphApi } from '#os/api';
import { DECK } from '#domain/learn';
import { CARD_LIMITS, changeCard, decksOf, makeCard, sidesOf, type Card, type CardSource, type CardWords } from '#domain/learn/cards';
import { FRAGMENT, ROOT } from '#domain/shared';
import { Button } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import '#view/kit/learn-words.ts';
import { Dialog } from '#view/kit/overlays.tsx';
import { useToast } from '#view/kit/toast.tsx';
import './card-form.css';

/** The deck cards of this person go to: their first one, or one that is made now. */
async function deckFor(api: LifegraphApi, title: string): Promise<{ space: string; fragment: string }> {
  const personal = (await api.spaces.list()).find(({ kind }) => kind === 'personal');
  if (!personal) throw new Error('no Personal space');
  const graph = api.graph(personal.id);
  const decks = decksOf(await graph.query({ type: FRAGMENT, fragment: ROOT, where: { type: DECK } }));
  const own = decks.find((deck) => deck.title === title) ?? decks[0];
  return { space: personal.id, fragment: own?.fragment ?? (await graph.createFragment({ type: DECK, title })) };
}

/** The dialog. `card`: one that is changed; else one is made of the words: the text of a block is parted by what it defines. */
export function CardDialog({ words, source, card, onMade, onClose }: { words: CardWords | string; source: CardSource | null; card: Card | null; onMade?: (id: string) => void; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const [begun] = useState<CardWords>(() => (typeof words === 'string' ? sidesOf(words) : { front: words.front, back: words.back }));
  const [sides, setSides] = useState(begun);
  const [error, setError] = useState<string | null>(null);
  const busy = useRef(false);
  const [fresh] = useState(() => toBase64url(crypto.getRandomValues(new Uint8Array(16))));
  const id = useId();
  const save = async (): Promise<void> => {
    if (busy.current) return;
    const made = card ? changeCard(card, sides) : makeCard(fresh, sides, source);
    if (!made.ok && made.error.code === 'no-change') return onClose();
    if (!made.ok) return setError(t(made.error.code === 'empty' ? 'learn.cardSides' : 'learn.tooLong'));
    busy.current = true;
    try {
      const deck = await deckFor(api, t('learn.myCards'));
      await api.graph(deck.space).transact(made.value, { fragment: card?.fragment ?? deck.fragment });
      if (!card) onMade?.(fresh);
      onClose();
      if (!card) toast({ text: t('learn.cardMade') });
    } catch (caught) {
      setError(errorText(t, caught, 'learn.failed'));
    } finally {
      busy.current = false;
    }
  };
  const side = (name: 'front' | 'back', label: string): ReactNode => (
    <div>
      <label className="label" htmlFor={`${id}${name}`}>{label}</label>
      <textarea id={`${id}${name}`} className="field" dir="auto" rows={3} maxLength={CARD_LIMITS.sideUnits} value={sides[name]} {...(name === (begun.front === '' ? 'front' : 'back') && { 'data-first': '' })} onChange={({ target }) => (setSides({ ...sides, [name]: target.value }), setError(null))} />
    </div>
  );
  return (
    <Dialog title={t(card ? 'learn.changeCard' : 'learn.newCard')} keep="beside" onClose={onClose}>
      <form className="card-form" onSubmit={(event) => (event.preventDefault(), void save())} onKeyDown={(event) => event.key === 'Enter' && (event.ctrlKey || event.metaKey) && void save()}>
        {side('front', t('learn.front'))}
        {side('back', t('learn.back'))}
        {error && <p className="field-error" role="alert">{error}</p>}
        <p className="small muted field-note">{t('learn.cardWhere')}</p>
        <div className="dialog-foot">
          <Button kind="quiet" onClick={onClose}>{t('act.cancel')}</Button>
          <Button kind="primary" type="submit">{t(card ? 'act.save' : 'act.create')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
