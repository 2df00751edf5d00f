/** All cards: what is due, what comes on the next days, the decks, and in them each card. */
import { useDeferredValue, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import type { DirectoryEntry } from '#domain/shared';
import { deleteCard, findCards, forecastOf, queueOf, restoreCard, scheduleOf, setOff, type Card } from '#domain/learn/cards';
import { Button, IconButton } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { useCopies } from '#view/kit/kernel.tsx';
import { CardDialog } from '#view/kit/lazy-card.ts';
import { Place } from '#view/kit/place.tsx';
import { navigate } from '#view/kit/router.tsx';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { BringDeck, DeckMenu } from './deck-acts.tsx';
import { HalfDecks } from './half-decks.tsx';
import { dayStart, useCardActs, useCards, type CardsHere } from './use-cards.ts';

/** Days of the forecast; cards of a deck that are drawn at first, and with each press. */
const DAYS = 14;
const PAGE = 50;

/** Arrows go from the field to the cards below it and from card to card, back up from the first to the field; in the field Enter opens the first, Escape empties it. */
function walkCards(event: KeyboardEvent<HTMLElement>): void {
  const { key, target, currentTarget } = event;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.nativeEvent.isComposing || !(target instanceof HTMLElement)) return;
  const field = currentTarget.querySelector<HTMLInputElement>('input[type=search]');
  const rows = [...currentTarget.querySelectorAll<HTMLElement>('.learn-row > .learn-open')];
  const at = rows.indexOf(target);
  if (target !== field && at < 0) return;
  const to = key === 'ArrowDown' ? rows[at + 1] : key === 'ArrowUp' && at >= 0 ? (rows[at - 1] ?? field) : null;
  const opened = key === 'Enter' && target === field ? rows[0] : undefined;
  if (!to && !opened) return;
  event.preventDefault();
  to?.focus();
  opened?.click();
}

/** The page. */
export function CardsPage({ space, deck }: { space: SpaceView; deck: string | null }): ReactNode {
  const { t } = useI18n();
  const here = useCards();
  const copies = useCopies(here.personal);
  const [making, setMaking] = useState(false);
  const [now] = useState(() => Date.now());
  const [words, setWords] = useState('');
  const asked = useDeferredValue(words).trim();
  const field = useRef<HTMLInputElement>(null);
  const found = useMemo(() => (asked === '' ? null : findCards(here.cards, asked)), [here.cards, asked]);
  const queue = queueOf(here.cards, now, dayStart(now));
  const clear = (): void => (setWords(''), field.current?.focus());
  const add = { label: t('learn.newCard'), onClick: () => setMaking(true) };
  return (
    <Place header={{ crumbs: [t('lens.learn')], title: t('learn.cards'), copies, ...(here.personal && { menu: [{ label: t('trash.title'), icon: 'trash', onSelect: () => navigate({ space: here.personal!, lens: 'documents', object: 'trash' }) }] }), onBack: () => navigate({ space: space.id, lens: 'learn' }) }}>
      <HalfDecks personal={here.personal} />
      {!here.loaded ? <Skeleton label={t('list.loading')} /> : here.cards.length === 0 && here.decks.length === 0 ? <EmptyState title={t('learn.noCards')} text={t('learn.noCardsText')} act={add}><BringDeck personal={here.personal} /></EmptyState> : (
        <div className="learn">
          <section className="card learn-continue" aria-label={t('learn.review')}>
            <div className="grow">
              <p className="title3">{queue.cards.length > 0 ? t('learn.dueNow', { n: queue.cards.length }) : t('learn.nothingDue')}</p>
              <p className="small muted num">{t('learn.dueParts', { learning: queue.learning, review: queue.review, fresh: queue.fresh })}</p>
            </div>
            <Button kind="primary" size="large" disabled={queue.cards.length === 0} onClick={() => navigate({ space: space.id, lens: 'learn', object: 'review' })}>{t('learn.reviewAct')}</Button>
          </section>
          <Forecast cards={here.cards} now={now} />
          <div className="line wrap learn-decks"><h2 className="learn-head">{t('learn.decks')}</h2><BringDeck personal={here.personal} /><Button kind="text" icon="plus" onClick={add.onClick}>{add.label}</Button></div>
          <div className="learn-find" onKeyDown={walkCards}>
            {here.cards.length > 0 && <input ref={field} type="search" className="field" aria-label={t('learn.findCard')} placeholder={t('learn.findCard')} value={words} onChange={({ target }) => setWords(target.value)} onKeyDown={(event) => event.key === 'Escape' && words !== '' && (event.preventDefault(), event.stopPropagation(), setWords(''))} />}
            {here.cards.length > 0 && <p className="small muted" role="status">{found !== null && found.length > 0 && t('learn.cardsFound', { n: found.length })}</p>}
            {found !== null && found.length === 0 && <EmptyState title={t('learn.findNone', { text: asked })} text={t('learn.findNoneText')} quiet={{ label: t('learn.findAll'), onClick: clear }} />}
            {here.decks.map((entry) => {
              const hits = found?.filter(({ fragment }) => fragment === entry.fragment) ?? null;
              return hits?.length !== 0 && <Deck key={entry.fragment} space={space} here={here} entry={entry} open={deck === entry.fragment} found={hits} asked={asked} now={now} />;
            })}
          </div>
        </div>
      )}
      {making && <CardDialog words={{ front: '', back: '' }} source={null} card={null} onClose={() => setMaking(false)} />}
    </Place>
  );
}

/** Bars with their numbers: a table for who does not see them. */
function Forecast({ cards, now }: { cards: readonly Card[]; now: number }): ReactNode {
  const { t, date } = useI18n();
  const day = dayStart(now);
  const counts = forecastOf(cards, day, DAYS);
  const most = Math.max(...counts);
  // New cards have no day yet: fourteen empty bars say nothing.
  if (most === 0) return null;
  return (
    <section aria-label={t('learn.forecast')}>
      <h2 className="learn-head">{t('learn.forecast')}</h2>
      <ol className="learn-forecast">
        {counts.map((n, at) => (
          <li key={at} title={date(day + at * 86_400_000)}>
            <span className="small num">{n > 0 ? n : ''}</span>
            <span className="learn-forecast-bar" style={{ '--share': n / most } as React.CSSProperties} />
            <span className="small muted num" aria-hidden="true">{new Date(day + at * 86_400_000 + 43_200_000).getDate()}</span>
            <span className="hidden">{`${date(day + at * 86_400_000)}: ${t('learn.cardsN', { n })}`}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

interface DeckProps {
  readonly space: SpaceView;
  readonly here: CardsHere;
  readonly entry: DirectoryEntry;
  readonly open: boolean;
  /** Its cards that have the words which are looked for; null: nothing is. */
  readonly found: readonly Card[] | null;
  readonly asked: string;
  readonly now: number;
}

/** While words are looked for a deck shows what it has of them, whether it is open or not. */
function Deck({ space, here, entry, open, found, asked, now }: DeckProps): ReactNode {
  const { t } = useI18n();
  const { fragment, title } = entry;
  const cards = here.cards.filter((card) => card.fragment === fragment);
  const due = queueOf(cards, now, dayStart(now)).cards.length;
  return (
    <section className="learn-module" aria-label={title}>
      <div className="line">
        <h3 className="grow">{found !== null ? <span className="medium" dir="auto">{title || '…'}</span> : <button type="button" className="learn-open medium" aria-expanded={open} dir="auto" onClick={() => navigate({ space: space.id, lens: 'learn', object: 'cards', params: open ? {} : { deck: fragment } })}>{title || '…'}</button>}</h3>
        <span className="small muted num">{found !== null ? t('learn.of', { done: found.length, of: cards.length }) : `${t('learn.cardsN', { n: cards.length })} · ${t('learn.dueN', { n: due })}`}</span>
        <Button kind="quiet" size="compact" disabled={due === 0} onClick={() => navigate({ space: space.id, lens: 'learn', object: 'review', params: { deck: fragment } })}>{t('learn.reviewAct')}</Button>
        {here.personal && <DeckMenu personal={here.personal} deck={entry} cards={cards} />}
      </div>
      {(open || found !== null) && <CardRows key={asked} here={here} cards={found ?? cards} backs={found !== null} now={now} />}
    </section>
  );
}

/** `backs`: with their other side, too, as words may have been found there. */
function CardRows({ here, cards, backs, now }: { here: CardsHere; cards: readonly Card[]; backs: boolean; now: number }): ReactNode {
  const { t, ago } = useI18n();
  const toast = useToast();
  const act = useCardActs(here.personal);
  const [shown, setShown] = useState(PAGE);
  const [changing, setChanging] = useState<Card | null>(null);
  const remove = (card: Card): void => void act(deleteCard(card.id), card.fragment).then((gone) => gone && toast({ text: t('learn.cardRemoved'), undo: () => void act(restoreCard(card.id), card.fragment) }));
  return (
    <>
      <ul className="card learn-rows">
        {cards.slice(0, shown).map((card) => {
          const { stage, due } = scheduleOf(card);
          return (
            <li key={card.id} className="learn-row">
              <button type="button" className="learn-open grow cut" dir="auto" onClick={() => setChanging(card)}>{card.front || t('learn.picture')}{backs && <span className="learn-other small muted cut" dir="auto">{card.back}</span>}</button>
              <span className="small muted num">{card.off ? t('learn.off') : stage === 'new' ? t('learn.fresh') : ago(due, now)}</span>
              <IconButton icon={card.off ? 'bell' : 'muted'} name={t(card.off ? 'learn.askAgain' : 'learn.askNoMore', { front: card.front.slice(0, 60) })} onClick={() => void act(setOff(card.id, !card.off), card.fragment)} />
              <IconButton icon="trash" name={t('learn.remove', { title: card.front.slice(0, 60) })} onClick={() => remove(card)} />
            </li>
          );
        })}
      </ul>
      {cards.length > shown && <Button kind="text" onClick={() => setShown(shown + PAGE)}>{t('learn.more', { n: cards.length - shown })}</Button>}
      {changing && <CardDialog words={changing} source={null} card={changing} onClose={() => setChanging(null)} />}
    </>
  );
}
