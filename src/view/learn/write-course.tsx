/** Writing a course: what it says of itself, its modules, and in them steps that are moved, opened and taken out. */
import { useState, type ReactNode } from 'react';
import type { SpaceView } from '#os/api';
import { beginDocument, DOCUMENT, textNodeOf } from '#domain/editor';
import { addModule, addStep, deletePart, LEARN_LIMITS, moveStep, nameOf, removeNeed, restorePart, setAbout, type Module, type Step } from '#domain/learn/course';
import { CHANNEL_TITLE_MAX } from '#domain/shared';
import { Button, Field, IconButton, Select } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { WriteGoals } from './course-goals.tsx';
import { refusalWord } from './create-course.tsx';
import { newId, partName, stepName, type CourseHere, type LearnActs, type LearnHere } from './use-learn.ts';

interface WriteProps {
  readonly space: SpaceView;
  readonly here: CourseHere;
  readonly learn: LearnHere;
  readonly acts: LearnActs;
  onStep(id: string): void;
}

type Adding = { readonly what: 'module' } | { readonly what: 'lesson' | 'assignment'; readonly module: string | null };

/** The page. */
export function WriteCourse(props: WriteProps): ReactNode {
  const { t } = useI18n();
  const { here, acts } = props;
  const [adding, setAdding] = useState<Adding | null>(null);
  const { course, entry } = here;
  const about = (words: string): void => {
    const made = setAbout(course, words);
    if (made.ok) void acts.run(made.value, entry.fragment);
  };
  return (
    <>
      <Field label={t('learn.about')} dir="auto" defaultValue={course.about} maxLength={LEARN_LIMITS.aboutUnits} autoComplete="off" onBlur={({ target }) => about(target.value)} />
      <WriteGoals space={props.space} here={here} acts={acts} />
      <LooseNeeds here={here} acts={acts} />
      {course.modules.map((module) => <ModuleWriting key={module.id} {...props} module={module} onAdd={(what) => setAdding({ what, module: module.id || null })} />)}
      <div className="line wrap">
        {course.modules.length === 0 && <Button kind="primary" icon="plus" onClick={() => setAdding({ what: 'lesson', module: null })}>{t('learn.addLesson')}</Button>}
        <Button kind="text" icon="plus" onClick={() => setAdding({ what: 'module' })}>{t('learn.addModule')}</Button>
      </div>
      {adding && <AddDialog {...props} adding={adding} onClose={() => setAdding(null)} />}
    </>
  );
}

/** Needs told at once: mending one shows the next. */
const TOLD = 3;

/** Needs that lock nothing, by a circle or for want of what they name: each with the act that takes it away. */
export function LooseNeeds({ here, acts }: { here: Pick<CourseHere, 'course' | 'way' | 'entry'>; acts: Pick<LearnActs, 'run'> }): ReactNode {
  const { t } = useI18n();
  const { way, entry } = here;
  const name = (id: string): string => partName(here, id) ?? t('learn.gone');
  return [...way.circles.map((need) => ({ ...need, word: 'learn.waitCircle' as const })), ...way.dangling.map((need) => ({ ...need, word: 'learn.waitGone' as const }))].slice(0, TOLD).map(({ edge, from, on, word }) => {
    const names = { first: name(from), second: name(on) };
    return (
      <div key={edge} className="small line wrap learn-warn" role="status">
        <Icon name="alert" tone="wait" />
        <span className="grow">{t(word, names)}</span>
        <Button size="compact" aria-label={t('learn.waitMend', names)} onClick={() => void acts.run(removeNeed(edge), entry.fragment)}>{t('learn.waitTake')}</Button>
      </div>
    );
  });
}

function useRemove({ here, acts }: Pick<WriteProps, 'here' | 'acts'>): (id: string, title: string) => void {
  const { t } = useI18n();
  const toast = useToast();
  return (id, title) => void acts.run(deletePart(id), here.entry.fragment).then((gone) => gone && toast({ text: t('learn.removed', { title }), undo: () => void acts.run(restorePart(id), here.entry.fragment) }));
}

function ModuleWriting({ module, onAdd, ...props }: WriteProps & { module: Module; onAdd: (what: 'lesson' | 'assignment') => void }): ReactNode {
  const { t } = useI18n();
  const { here, acts } = props;
  const remove = useRemove(props);
  const rename = (words: string): void => {
    const made = nameOf(module.id, module.title, words);
    if (made.ok) void acts.run(made.value, here.entry.fragment);
  };
  return (
    <section className="learn-module" aria-label={module.title || t('learn.steps')}>
      {module.id !== '' && (
        <div className="line">
          <div className="grow"><Field hideLabel label={t('learn.moduleName')} dir="auto" defaultValue={module.title} key={module.title} maxLength={CHANNEL_TITLE_MAX} autoComplete="off" onBlur={({ target }) => rename(target.value)} /></div>
          <IconButton icon="trash" name={t('learn.remove', { title: module.title })} onClick={() => remove(module.id, module.title)} />
        </div>
      )}
      {module.steps.length > 0 && <ol className="card learn-rows">{module.steps.map((step) => <StepWriting key={step.id} {...props} step={step} onRemove={remove} />)}</ol>}
      <div className="line wrap">
        <Button kind="text" icon="plus" onClick={() => onAdd('lesson')}>{t('learn.addLesson')}</Button>
        <Button kind="text" icon="plus" onClick={() => onAdd('assignment')}>{t('learn.addWork')}</Button>
      </div>
    </section>
  );
}

function StepWriting({ here, acts, step, onStep, onRemove }: WriteProps & { step: Step; onRemove: (id: string, title: string) => void }): ReactNode {
  const { t } = useI18n();
  const title = stepName(here, step);
  const move = (by: 1 | -1): void => void acts.run(moveStep(here.course, step, by), here.entry.fragment);
  return (
    <li className="learn-row" onKeyDown={(event) => { const by = event.altKey ? { ArrowUp: -1, ArrowDown: 1 }[event.key] as 1 | -1 | undefined : undefined; if (by) { event.preventDefault(); move(by); } }}>
      <Icon name={step.kind === 'lesson' ? 'fragment' : 'task'} tone={step.kind === 'lesson' ? 'type-document' : 'type-task'} />
      <button type="button" className="learn-open grow" dir="auto" onClick={() => onStep(step.id)}>{title}</button>
      <span className="small muted num">{step.questions.length > 0 ? t('learn.questions', { n: step.questions.length }) : ''}</span>
      <IconButton icon="up" name={t('learn.up', { title })} hint="Alt ↑" disabled={moveStep(here.course, step, -1).length === 0} onClick={() => move(-1)} />
      <IconButton icon="down" name={t('learn.down', { title })} hint="Alt ↓" disabled={moveStep(here.course, step, 1).length === 0} onClick={() => move(1)} />
      <IconButton icon="trash" name={t('learn.remove', { title })} onClick={() => onRemove(step.id, title)} />
    </li>
  );
}

const DIALOG_WORDS = { module: 'learn.addModule', lesson: 'learn.addLesson', assignment: 'learn.addWork' } as const;

/** A title, and for a lesson what is read: a new page, or a document of the space. */
function AddDialog({ space, here, learn, acts, onStep, adding, onClose }: WriteProps & { adding: Adding; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const [from, setFrom] = useState('');
  const { course, entry } = here;
  const known = learn.documents.find(({ fragment }) => fragment === from);
  const submit = async (words: string): Promise<string | null> => {
    const id = newId();
    const title = words.trim() === '' && known ? known.title : words;
    const make = (document?: string): ReturnType<typeof addStep> =>
      adding.what === 'module' ? addModule(course, id, title) : addStep(course, { id, title, module: adding.module, ...(document && { document: { fragment: document, node: textNodeOf(document) } }) });
    const tried = make();
    if (!tried.ok) return t(refusalWord(tried.error));
    try {
      const made = adding.what === 'lesson' ? make(from || (await newPage(title.trim()))) : tried;
      if (!made.ok || !(await acts.run(made.value, entry.fragment))) return null;
      onClose();
      if (adding.what !== 'module') onStep(id);
      return null;
    } catch (error) {
      return errorText(t, error, 'learn.failed');
    }
  };
  const newPage = async (title: string): Promise<string> => {
    const graph = api.graph(space.id);
    const fragment = await graph.createFragment({ type: DOCUMENT, title });
    await graph.transact(beginDocument(fragment), { fragment });
    return fragment;
  };
  return (
    <FieldDialog title={t(DIALOG_WORDS[adding.what])} label={t(adding.what === 'module' ? 'learn.moduleName' : 'learn.stepName')} act="act.create" maxLength={CHANNEL_TITLE_MAX} onSubmit={submit} onClose={onClose}>
      {adding.what === 'lesson' && learn.documents.length > 0 && <Select label={t('learn.textFrom')} value={from} options={[{ value: '', label: t('learn.newText') }, ...learn.documents.map(({ fragment, title }) => ({ value: fragment, label: title }))]} onChange={setFrom} />}
    </FieldDialog>
  );
}
