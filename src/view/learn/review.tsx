/** Cards, one at a time: the front, then the back, then how well it was known, by keys 1 to 4; Space or Enter once more is what is most usual. The last answer can be taken back, also by Z. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { answerCard, atLeast, choicesOf, forecastOf, GRADES, queueOf, takeAnswerBack, type Card, type Grade, type Review } from '#domain/learn/cards';
import { Button, Key } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useCopies } from '#view/kit/kernel.tsx';
import { MessageFiles } from '#view/kit/message-files.tsx';
import { Place } from '#view/kit/place.tsx';
import { formatRoute, navigate } from '#view/kit/router.tsx';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';
import { dayStart, useCardActs, useCards } from './use-cards.ts';

const GRADE_WORDS: Record<Grade, 'learn.again' | 'learn.hard' | 'learn.good' | 'learn.easy'> = { 1: 'learn.again', 2: 'learn.hard', 3: 'learn.good', 4: 'learn.easy' };
/** What most cards are answered with. */
const USUAL: Grade = 3;
/** What comes in a few minutes is looked for again so often, ms. */
const LOOK_MS = 20_000;

/** The page. `deck`: of one deck alone. */
export function ReviewPage({ space, deck }: { space: SpaceView; deck: string | null }): ReactNode {
  const { t } = useI18n();
  const here = useCards();
  const copies = useCopies(here.personal);
  const act = useCardActs(here.personal);
  const [now, setNow] = useState(() => Date.now());
  const [last, setLast] = useState<{ card: Card; review: Review } | null>(null);
  const [done, setDone] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  const mine = deck === null ? here.cards : here.cards.filter(({ fragment }) => fragment === deck);
  const queue = queueOf(mine, now, dayStart(now));
  const card = queue.cards[0];
  const answer = async (grade: Grade): Promise<void> => {
    if (!card) return;
    const review = { at: atLeast(card, Date.now()), grade };
    if (!(await act(answerCard(card, review), card.fragment))) return;
    setLast({ card, review });
    setDone((n) => n + 1);
    setNow(Date.now());
  };
  const back = async (): Promise<void> => {
    if (!last || !(await act(takeAnswerBack(last.card, last.review), last.card.fragment))) return;
    setLast(null);
    setDone((n) => n - 1);
    setNow(Date.now());
  };
  const undo = useRef(back);
  useEffect(() => {
    undo.current = back;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (event.code !== 'KeyZ' || event.defaultPrevented || event.altKey || event.shiftKey || event.repeat || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      void undo.current();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const leave = (): void => navigate({ space: space.id, lens: 'learn', object: 'cards' });
  const tomorrow = forecastOf(mine, dayStart(now), 2)[1] ?? 0;
  return (
    <Place header={{ crumbs: [t('lens.learn')], title: t('learn.review'), copies, onBack: leave, acts: last && <Button kind="quiet" size="compact" icon="undo" onClick={() => void back()}>{t('act.undo')}</Button> }}>
      <progress className="learn-top" value={done} max={Math.max(1, done + queue.cards.length)} aria-label={t('learn.of', { done, of: done + queue.cards.length })} />
      {!here.loaded ? <Skeleton label={t('list.loading')} /> : card ? (
        <CardFace key={`${card.id} ${card.reviews.length}`} personal={here.personal ?? ''} card={card} now={now} left={queue.cards.length} onAnswer={(grade) => void answer(grade)} />
      ) : (
        <EmptyState title={t('learn.nothingDue')} text={t('learn.tomorrow', { n: tomorrow })} act={{ label: t('learn.toCards'), onClick: leave }} />
      )}
    </Place>
  );
}

/** One card. Space or Enter turns it, then 1 to 4, or Space or Enter again: known. */
function CardFace({ personal, card, now, left, onAnswer }: { personal: string; card: Card; now: number; left: number; onAnswer: (grade: Grade) => void }): ReactNode {
  const { t, ago } = useI18n();
  const [turned, setTurned] = useState(false);
  const given = useRef(false);
  const box = useRef<HTMLElement>(null);
  const give = (grade: Grade): void => {
    if (given.current) return;
    given.current = true;
    onAnswer(grade);
  };
  const latest = useRef(give);
  useEffect(() => {
    latest.current = give;
  });
  useEffect(() => box.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
      const target = event.target as HTMLElement;
      if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable) return;
      const on = (event.key === ' ' || event.key === 'Enter') && !/^(BUTTON|A)$/.test(target.tagName);
      // A key that is held turns the card and no more: nobody knows a back they have not read.
      const grade = turned && on && !event.repeat ? USUAL : GRADES.find((one) => event.key === String(one));
      if (turned && grade) latest.current(grade);
      else if (!turned && on) setTurned(true);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [turned]);
  const choices = turned ? choicesOf(card, now) : null;
  const { source } = card;
  return (
    <section ref={box} className="learn-review" tabIndex={-1} aria-label={t('learn.card')}>
      <p className="small muted num">{t('learn.left', { n: left })}</p>
      <div className="card learn-card-face">
        {card.front !== '' && <p className="learn-side" dir="auto">{card.front}</p>}
        {card.frontFiles.length > 0 && <MessageFiles message={{ files: [...card.frontFiles] }} space={personal} />}
        {turned && <div className="learn-back" role="status">{card.back !== '' && <p className="learn-side" dir="auto">{card.back}</p>}{card.backFiles.length > 0 && <MessageFiles message={{ files: [...card.backFiles] }} space={personal} />}</div>}
      </div>
      {turned && source && <a className="small line learn-source" href={formatRoute({ space: source.space, lens: 'documents', object: source.fragment, params: source.block ? { b: source.block } : {} })}><Icon name="fragment" tone="type-document" />{t('learn.source')}</a>}
      {choices ? (
        <div className="learn-grades" role="group" aria-label={t('learn.howWell')}>
          {GRADES.map((grade) => (
            <Button key={grade} kind={grade === USUAL ? 'primary' : 'outline'} size="large" onClick={() => give(grade)}>
              <span className="learn-grade"><span>{t(GRADE_WORDS[grade])}</span><span className="small num">{ago(choices[grade], now)}</span></span>
              <span className="wide-only"><Key>{String(grade)}</Key></span>
            </Button>
          ))}
        </div>
      ) : <Button kind="primary" size="large" onClick={() => setTurned(true)}>{t('learn.turn')}</Button>}
    </section>
  );
}
