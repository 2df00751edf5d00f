/** A step as who writes the course has it: its text, what comes before it, how much has to be right, its questions. */
import { useState, type ReactNode } from 'react';
import { addNeed, addQuestion, changeQuestion, deletePart, nameOf, removeNeed, restorePart, setPass, type Question, type Step } from '#domain/learn/course';
import { CHANNEL_TITLE_MAX } from '#domain/shared';
import { Button, Field, IconButton, Select } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { SidePanel } from '#view/kit/place.tsx';
import { navigate } from '#view/kit/router.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { refusalWord } from './create-course.tsx';
import { QuestionDialog } from './question-dialog.tsx';
import { newId, partName, stepName, type CourseHere, type LearnActs } from './use-learn.ts';

interface PanelProps {
  readonly space: string;
  readonly here: CourseHere;
  readonly step: Step;
  readonly acts: LearnActs;
}

const SHARES = [50, 60, 70, 80, 90, 100];

/** The panel. */
export function StepPanel({ onClose, ...props }: PanelProps & { onClose: () => void }): ReactNode {
  const { t, number } = useI18n();
  const { space, here, step, acts } = props;
  const { fragment } = here.entry;
  const rename = (words: string): void => {
    const made = nameOf(step.id, step.title, words);
    if (made.ok) void acts.run(made.value, fragment);
  };
  const share = Math.round(step.pass * 100);
  return (
    <SidePanel title={t(step.kind === 'lesson' ? 'learn.lesson' : 'learn.assignment')} note={stepName(here, step)} onClose={onClose}>
      <div className="learn-panel">
        {step.kind === 'lesson' && step.document ? <Button kind="quiet" icon="fragment" onClick={() => navigate({ space, lens: 'documents', object: step.document })}>{t('learn.openText')}</Button> : (
          <Field label={t('learn.stepName')} dir="auto" defaultValue={step.title} maxLength={CHANNEL_TITLE_MAX} autoComplete="off" onBlur={({ target }) => rename(target.value)} />
        )}
        <Button kind="quiet" icon="learn" onClick={() => navigate({ space, lens: 'learn', object: fragment, params: { s: step.id } })}>{t('learn.look')}</Button>
        <Needs {...props} />
        {step.questions.length > 0 && <Select label={t('learn.pass')} value={share} options={[...new Set([...SHARES, share])].sort((a, b) => a - b).map((value) => ({ value, label: `${number(value)} %` }))} onChange={(value) => void acts.run(setPass(step.id, value / 100), fragment)} />}
        <Questions {...props} />
      </div>
    </SidePanel>
  );
}

function Needs({ here, step, acts }: PanelProps): ReactNode {
  const { t } = useI18n();
  const toast = useToast();
  const { course, entry } = here;
  const named = (id: string): string => partName(here, id) ?? t('learn.gone');
  const all = [...course.modules.filter(({ id }) => id !== '' && id !== step.module).map(({ id, title }) => ({ value: id, label: title })), ...course.steps.filter(({ id }) => id !== step.id).map((one) => ({ value: one.id, label: stepName(here, one) }))];
  const offered = all.filter(({ value }) => !step.needs.some(({ on }) => on === value));
  const add = (on: string): void => {
    if (on === '') return;
    const made = addNeed(course, step, on);
    if (made.ok) void acts.run(made.value, entry.fragment);
    else toast({ text: t(refusalWord(made.error)) });
  };
  return (
    <div>
      <p className="label">{t('learn.needs')}</p>
      <ul className="learn-parts">
        {step.needs.map(({ edge, on }) => <li key={edge} className="line"><Icon name="lock" tone="muted" /><span className="grow cut" dir="auto">{named(on)}</span><IconButton icon="close" name={t('learn.needRemove', { title: named(on) })} onClick={() => void acts.run(removeNeed(edge), entry.fragment)} /></li>)}
      </ul>
      {offered.length > 0 && <Select label={t('learn.needAdd')} value="" options={[{ value: '', label: t('learn.needPick') }, ...offered]} onChange={add} />}
    </div>
  );
}

function Questions({ here, step, acts }: PanelProps): ReactNode {
  const { t } = useI18n();
  const toast = useToast();
  const [open, setOpen] = useState<Question | 'new' | null>(null);
  const { fragment } = here.entry;
  const remove = (id: string): void => void acts.run(deletePart(id), fragment).then((gone) => gone && toast({ text: t('learn.questionRemoved'), undo: () => void acts.run(restorePart(id), fragment) }));
  return (
    <div>
      <p className="label">{t('learn.questionList')}</p>
      <ol className="learn-parts">
        {[...step.questions, ...step.broken].map((one, at) => {
          const words = one.ask.replace(/\{\{([^{}|]*)[^{}]*\}\}/g, '$1') || '…';
          return (
            <li key={one.id} className="line">
              <button type="button" className="learn-open grow cut" dir="auto" onClick={() => setOpen(one)}>{`${at + 1}. ${words}`}</button>
              {step.broken.includes(one) && <span className="tag" data-tone="wait">{t('learn.broken')}</span>}
              <IconButton icon="trash" name={t('learn.remove', { title: words })} onClick={() => remove(one.id)} />
            </li>
          );
        })}
      </ol>
      <Button kind="quiet" icon="plus" onClick={() => setOpen('new')}>{t('learn.addQuestion')}</Button>
      {open !== null && (
        <QuestionDialog
          question={open === 'new' ? null : open} onClose={() => setOpen(null)}
          onSave={async (draft) => {
            const made = open === 'new' ? addQuestion(step, newId(), draft) : changeQuestion(open.id, draft);
            if (!made.ok) return t(made.error.code === 'empty' ? 'learn.questionWhole' : refusalWord(made.error));
            if (await acts.run(made.value, fragment)) setOpen(null);
            return null;
          }}
        />
      )}
    </div>
  );
}
