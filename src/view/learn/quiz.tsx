/** The questions of a step, one by one; a verdict with its reason after each, and at the end how many were right and what that means. */
import { useRef, useState, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { answerOf, isDone, judge, markAnswer, rightOf, scoreOf, type Given, type Question } from '#domain/learn/course';
import { Button, Key } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { CardDialog } from '#view/kit/lazy-card.ts';
import { formatRoute } from '#view/kit/router.tsx';
import { AnswerForm, emptyOf } from './answer-form.tsx';
import { NextFoot, type StepProps } from './next-foot.tsx';

/** The part of the page. */
export function Quiz(props: StepProps): ReactNode {
  const { step, progress } = props;
  // Whoever comes back goes on where they stopped; the wrong ones come again when asked for.
  const [again, setAgain] = useState<readonly string[] | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  const list = again === null ? step.questions : step.questions.filter(({ id }) => again.includes(id));
  const open = (after: number): Question | undefined => list.slice(after).find(({ id }) => again !== null || answerOf(progress, id) === null);
  const question = list.find(({ id }) => id === shown) ?? (shown === 'end' ? undefined : open(0));
  const next = (): void => {
    const at = list.findIndex(({ id }) => id === question?.id);
    setShown((again === null ? open(at + 1) ?? open(0) : list[at + 1])?.id ?? 'end');
  };
  if (!question) return <QuizEnd {...props} onAgain={(wrong) => (setAgain(wrong), setShown(wrong[0] ?? null))} />;
  return <Ask key={`${question.id} ${String(again?.length)}`} {...props} question={question} onShown={() => setShown(question.id)} onNext={next} />;
}

function QuizEnd(props: StepProps & { onAgain: (wrong: string[]) => void }): ReactNode {
  const { t } = useI18n();
  const { step, progress, onAgain } = props;
  const { right, of, needed } = scoreOf(step, progress);
  const wrong = step.questions.filter(({ id }) => answerOf(progress, id) !== 'right').map(({ id }) => id);
  const passed = isDone(step, progress);
  return (
    <section className="learn-ask" aria-label={t('learn.result')} data-passed={passed ? '' : undefined}>
      <p className="title3" role="status">{t(passed ? 'learn.passed' : 'learn.failedQuiz', { right, of })}</p>
      <p className="muted">{t('learn.neededOf', { needed, of })}</p>
      {wrong.length > 0 && <Button kind={passed ? 'quiet' : 'primary'} onClick={() => onAgain(wrong)}>{t('learn.againWrong', { n: wrong.length })}</Button>}
      {passed && <NextFoot {...props} />}
    </section>
  );
}

function Ask({ space, here, step, acts, progress, question, onShown, onNext }: StepProps & { question: Question; onShown: () => void; onNext: () => void }): ReactNode {
  const { t } = useI18n();
  const [given, setGiven] = useState<Given>(() => emptyOf(question));
  const [verdict, setVerdict] = useState<ReturnType<typeof judge> | null>(null);
  const [card, setCard] = useState(false);
  const next = useRef<HTMLButtonElement>(null);
  const no = step.questions.findIndex(({ id }) => id === question.id) + 1;
  const check = (): void => {
    if (verdict) return onNext();
    const made = judge(question, given);
    flushSync(() => setVerdict(made));
    // The field that was answered takes no keys any more.
    next.current?.focus();
    onShown();
    void acts.keep(markAnswer({ space: space.id, course: here.course, step, progress, at: Date.now() }, question, made.right));
  };
  const { source } = question;
  return (
    <section className="learn-ask" aria-label={t('learn.questionOf', { no, of: step.questions.length })}>
      <form onSubmit={(event) => (event.preventDefault(), check())}>
        <div className="line">
          <span className="small muted grow num">{t('learn.questionOf', { no, of: step.questions.length })}</span>
          {source && <a className="small line learn-source" href={formatRoute({ space: space.id, lens: 'documents', object: source.fragment, params: source.block ? { b: source.block } : {} })}><Icon name="fragment" tone="type-document" />{source.page === null ? t('learn.source') : t('learn.sourcePage', { page: source.page })}</a>}
        </div>
        <AnswerForm question={question} given={given} verdict={verdict} onChange={setGiven} />
        <div role="status" className="learn-verdict">
          {verdict && <p data-right={verdict.right ? '' : undefined} className="line"><Icon name={verdict.right ? 'ok' : 'close'} tone={verdict.right ? 'ok' : 'bad'} /><strong className="medium">{t(verdict.right ? 'learn.isRight' : 'learn.isWrong')}</strong></p>}
          {verdict && question.why !== '' && <p dir="auto">{question.why}</p>}
        </div>
        <div className="line">
          <Button ref={next} kind="primary" type="submit">{t(verdict ? 'learn.nextQuestion' : 'learn.check')}</Button>
          {verdict && <Button kind="quiet" icon="learn" onClick={() => setCard(true)}>{t('learn.makeCard')}</Button>}
          <span className="grow" />
          <span className="wide-only"><Key>Enter</Key></span>
        </div>
      </form>
      {card && <CardDialog words={rightOf(question)} source={{ space: space.id, fragment: here.entry.fragment, node: question.id, block: null }} card={null} onClose={() => setCard(false)} />}
    </section>
  );
}
