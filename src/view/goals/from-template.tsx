/** What a goal begins with: a template and its first day; tasks of a template for a goal that is there; a goal as a template. */
import { useRef, useState, type ReactNode } from 'react';
import { toBase64url } from '#base/bytes';
import type { LifegraphApi, Op, SpaceView } from '#os/api';
import { EVENT, GOAL, MILESTONE, TASK } from '#domain/goals';
import { firstDayOf, goalTitle, makeFrom, readWork, setTemplate, treeOf, worksIn, type Work } from '#domain/goals/work';
import { CHANNEL_TITLE_MAX, isDay, PLAN_LIMITS, type DirectoryEntry } from '#domain/shared';
import { Button, Field, Select } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import '#view/kit/property-words.ts';
import { navigate } from '#view/kit/router.tsx';
import { today } from '#view/kit/today.ts';
import { makeGoal } from './make-goal.ts';
import { useGoalTemplates } from './use-goals.ts';
import './columns.css';

/** The things of a goal as they are now. */
async function worksOf(api: LifegraphApi, space: string, fragment: string): Promise<Work[]> {
  const list = (await api.graph(space).query({ type: [TASK, GOAL, MILESTONE, EVENT] })).flatMap((node) => readWork(node) ?? []).filter(({ deleted }) => !deleted);
  return worksIn(list, treeOf(list), fragment);
}

const newId = (): string => toBase64url(crypto.getRandomValues(new Uint8Array(16)));

/** Why a template gives nothing. */
export class TemplateFault extends Error {
  constructor(readonly code: 'empty' | 'too-many') {
    super(code);
  }
}

/** The things of one goal to be made anew in another. `first`: null where no thing gets a day, undefined where they keep theirs. */
async function anewOf(api: LifegraphApi, space: string, { from, into, first }: { from: string; into: string; first: string | null | undefined }): Promise<{ ops: Op[]; count: number }> {
  const works = await worksOf(api, space, from);
  const made = makeFrom(works, { of: from, into, first: first === undefined ? firstDayOf(works) : first, newId });
  if (!made.ok) throw new TemplateFault(made.error.code === 'empty' ? 'empty' : 'too-many');
  return { ops: made.value, count: works.length };
}

/** Makes them; answers how many. */
export async function fillFrom(api: LifegraphApi, space: string, { from, into, first }: { from: string; into: string; first: string | null | undefined }): Promise<number> {
  const { ops, count } = await anewOf(api, space, { from, into, first });
  await api.graph(space).transact(ops, { fragment: into });
  return count;
}

/** What went wrong, in words. */
export const templateWords = (t: I18n['t'], error: unknown): string => (error instanceof TemplateFault ? t(error.code === 'empty' ? 'goal.templateEmpty' : 'goal.templateMany', { n: PLAN_LIMITS.bulk }) : errorText(t, error, 'goal.failed'));

/** Which template, and the day its first thing is on. `none`: what the first choice says; without it there is always one. */
export function TemplateFields({ templates, chosen, first, none, onChoose, onFirst }: { templates: readonly DirectoryEntry[]; chosen: string; first: string; none?: string; onChoose(fragment: string): void; onFirst(day: string): void }): ReactNode {
  const { t } = useI18n();
  return (
    <div className="template-fields">
      <Select label={t('template.from')} value={chosen} options={[...(none === undefined ? [] : [{ value: '', label: none }]), ...templates.map(({ fragment, title }) => ({ value: fragment, label: title }))]} onChange={onChoose} />
      {chosen !== '' && <Field label={t('goal.firstDay')} type="date" min="1970-01-01" max="9999-12-31" value={first} onChange={({ target }) => onFirst(target.value)} />}
    </div>
  );
}

/** Adds the tasks of a template to a goal. */
export function AddFromTemplate({ space, goal, onMade, onClose }: { space: SpaceView; goal: DirectoryEntry; onMade(n: number): void; onClose(): void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const templates = useGoalTemplates(space.id).filter(({ fragment }) => fragment !== goal.fragment);
  const [chosen, setChosen] = useState('');
  const [first, setFirst] = useState(today());
  const [said, setSaid] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const from = chosen || (templates[0]?.fragment ?? '');
  const add = async (): Promise<void> => {
    if (busy || from === '') return;
    setBusy(true);
    try {
      onMade(await fillFrom(api, space.id, { from, into: goal.fragment, first: isDay(first) ? first : null }));
      onClose();
    } catch (error) {
      setSaid(templateWords(t, error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={t('goal.addFrom')} onClose={onClose}>
      <form onSubmit={(event) => (event.preventDefault(), void add())}>
        <TemplateFields templates={templates} chosen={from} first={first} onChoose={setChosen} onFirst={setFirst} />
        {said !== null && <p className="field-error small" role="alert">{said}</p>}
        <div className="dialog-foot">
          <Button kind="quiet" onClick={onClose}>{t('act.cancel')}</Button>
          <Button kind="primary" type="submit" disabled={busy || from === ''}>{t('act.create')}</Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Makes a template of a goal: a copy of its own, so that the goal goes on as it is. */
export function SaveAsTemplate({ space, goal, onClose }: { space: SpaceView; goal: DirectoryEntry; onClose(): void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const made = useRef<string | null>(null);
  const save = async (words: string): Promise<string | null> => {
    const title = goalTitle(words);
    if (!title.ok) return t(title.error.code === 'empty' ? 'goal.noTitle' : 'goal.longTitle');
    try {
      // First what may be refused: each press would leave an empty one.
      await anewOf(api, space.id, { from: goal.fragment, into: '', first: undefined });
      const fragment = (made.current ??= await makeGoal(api, space.id, title.value, setTemplate));
      const { ops } = await anewOf(api, space.id, { from: goal.fragment, into: fragment, first: undefined });
      await api.graph(space.id).transact(ops, { fragment });
      onClose();
      navigate({ space: space.id, lens: 'goals', object: fragment });
      return null;
    } catch (error) {
      return templateWords(t, error);
    }
  };
  return <FieldDialog title={t('goal.saveTemplate')} label={t('goal.name')} act="act.save" initial={t('goal.templateTitle', { title: goal.title }).slice(0, CHANNEL_TITLE_MAX)} maxLength={CHANNEL_TITLE_MAX} note={t('goal.templateNote')} onSubmit={save} onClose={onClose} />;
}
