/** Questions that were made by rule, one by one: taken, changed and taken, or left out. By keys: a and r. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { approveQuestion, changeQuestion, deletePart, restorePart, rightOf, type Question, type Step } from '#domain/learn/course';
import { Button, Key } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { formatRoute } from '#view/kit/router.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { refusalWord } from './create-course.tsx';
import { QuestionDialog } from './question-dialog.tsx';
import { stepName, type CourseHere, type LearnActs } from './use-learn.ts';

/** The first that waits, with how many there are. */
export function Approve({ space, here, acts }: { space: string; here: CourseHere; acts: LearnActs }): ReactNode {
  const { t } = useI18n();
  const waiting = here.course.steps.flatMap((step) => step.proposed.map((question) => ({ step, question })));
  const first = waiting[0];
  if (!first) return null;
  return (
    <section className="card learn-approve" aria-label={t('learn.approve')}>
      <div className="line"><h2 className="learn-head grow">{t('learn.waiting', { n: waiting.length })}</h2><span className="small muted cut" dir="auto">{stepName(here, first.step)}</span></div>
      <OneToApprove key={first.question.id} space={space} here={here} acts={acts} {...first} />
    </section>
  );
}

function OneToApprove({ space, here, acts, question }: { space: string; here: CourseHere; acts: LearnActs; step: Step; question: Question }): ReactNode {
  const { t } = useI18n();
  const toast = useToast();
  const [changing, setChanging] = useState(false);
  const given = useRef(false);
  const { fragment } = here.entry;
  const { front, back } = rightOf(question);
  const take = (): void => void acts.run(approveQuestion(question.id), fragment);
  const leave = (): void => void acts.run(deletePart(question.id), fragment).then((gone) => gone && toast({ text: t('learn.leftOut'), undo: () => void acts.run(restorePart(question.id), fragment) }));
  const latest = useRef({ take, leave });
  useEffect(() => {
    latest.current = { take, leave };
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (given.current || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable || document.querySelector('dialog[open]')) return;
      const act = event.code === 'KeyA' ? latest.current.take : event.code === 'KeyR' ? latest.current.leave : null;
      if (!act) return;
      event.preventDefault();
      given.current = true;
      act();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const { source } = question;
  return (
    <>
      <p className="learn-question" dir="auto">{front}</p>
      {question.kind === 'choice' ? (
        <ul className="learn-parts">{question.options.map(({ text, right }) => <li key={text} className="line"><Icon name={right ? 'ok' : 'circle'} tone={right ? 'ok' : 'muted'} /><span dir="auto">{text}</span></li>)}</ul>
      ) : <p dir="auto"><Icon name="ok" tone="ok" /> {back}</p>}
      <div className="line wrap">
        <Button kind="primary" onClick={take}>{t('learn.take')} <span className="wide-only"><Key>A</Key></span></Button>
        <Button onClick={() => setChanging(true)}>{t('act.edit')}</Button>
        <Button kind="quiet" onClick={leave}>{t('learn.leaveOut')} <span className="wide-only"><Key>R</Key></span></Button>
        <span className="grow" />
        {source && <a className="small line learn-source" href={formatRoute({ space, lens: 'documents', object: source.fragment, params: source.block ? { b: source.block } : {} })}><Icon name="fragment" tone="type-document" />{source.page === null ? t('learn.source') : t('learn.sourcePage', { page: source.page })}</a>}
      </div>
      {changing && (
        <QuestionDialog
          question={question} onClose={() => setChanging(false)}
          onSave={async (draft) => {
            const made = changeQuestion(question.id, draft);
            if (!made.ok) return t(made.error.code === 'empty' ? 'learn.questionWhole' : refusalWord(made.error));
            if (await acts.run([...made.value, ...approveQuestion(question.id)], fragment)) setChanging(false);
            return null;
          }}
        />
      )}
    </>
  );
}
