/** A question as it is written: its kind, its words, what is right, and why. */
import { useId, useState, type ReactNode } from 'react';
import { LEARN_LIMITS, QUESTION_KINDS, type Draft, type Option, type Question } from '#domain/learn/course';
import { Button, Field, Select } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Dialog } from '#view/kit/overlays.tsx';

const KIND_WORDS = { choice: 'learn.kindChoice', cloze: 'learn.kindCloze', free: 'learn.kindFree', order: 'learn.kindOrder' } as const;
const HOW = { choice: 'learn.howChoice', cloze: 'learn.howCloze', free: 'learn.howFree', order: 'learn.howOrder' } as const;
const NO_OPTION: Option = { text: '', right: false, why: '' };

/** A labelled field of several lines. */
export function Area({ label, value, rows = 3, max, onChange }: { label: string; value: string; rows?: number; max: number; onChange: (value: string) => void }): ReactNode {
  const id = useId();
  return (
    <div>
      <label className="label" htmlFor={id}>{label}</label>
      <textarea id={id} className="field" dir="auto" rows={rows} maxLength={max} value={value} onChange={({ target }) => onChange(target.value)} />
    </div>
  );
}

/** The dialog; `onSave` answers with why it was not taken. */
export function QuestionDialog({ question, onSave, onClose }: { question: Question | null; onSave: (draft: Draft) => Promise<string | null>; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const [draft, setDraft] = useState<Draft>(() => question ?? { kind: 'choice', ask: '', why: '', answers: [], options: [] });
  const [lines, setLines] = useState(() => (question?.answers ?? []).join('\n'));
  const [error, setError] = useState<string | null>(null);
  const change = (part: Partial<Draft>): void => (setDraft({ ...draft, ...part }), setError(null));
  const options = [...draft.options, ...Array.from({ length: Math.max(0, 3 - draft.options.length) }, () => NO_OPTION)];
  const shown = options.at(-1)!.text === '' || options.length >= LEARN_LIMITS.answers ? options : [...options, NO_OPTION];
  const put = (at: number, part: Partial<Option>): void => change({ options: shown.map((one, other) => (other === at ? { ...one, ...part } : one)) });
  return (
    <Dialog title={t(question ? 'learn.changeQuestion' : 'learn.addQuestion')} size="medium" keep="beside" onClose={onClose}>
      <form className="learn-form" onSubmit={(event) => (event.preventDefault(), void onSave({ ...draft, options: draft.options, answers: lines.split('\n') }).then(setError))}>
        <Select label={t('learn.kind')} value={draft.kind} options={QUESTION_KINDS.map((value) => ({ value, label: t(KIND_WORDS[value]) }))} onChange={(kind) => change({ kind })} />
        <Area label={t('learn.ask')} rows={2} max={LEARN_LIMITS.askUnits} value={draft.ask} onChange={(ask) => change({ ask })} />
        <p className="small muted">{t(HOW[draft.kind])}</p>
        {draft.kind === 'choice' && shown.map((one, at) => (
          <fieldset key={at} className="learn-pair">
            <legend className="hidden">{t('learn.answerNo', { no: at + 1 })}</legend>
            <label className="line"><input type="checkbox" checked={one.right} onChange={({ target }) => put(at, { right: target.checked })} /><span className="small">{t('learn.rightOne')}</span></label>
            <Field label={t('learn.answerNo', { no: at + 1 })} dir="auto" value={one.text} maxLength={LEARN_LIMITS.answerUnits} autoComplete="off" onChange={({ target }) => put(at, { text: target.value })} />
            <Field label={t('learn.whyOf', { no: at + 1 })} dir="auto" value={one.why} maxLength={LEARN_LIMITS.askUnits} autoComplete="off" onChange={({ target }) => put(at, { why: target.value })} />
          </fieldset>
        ))}
        {(draft.kind === 'free' || draft.kind === 'order') && <Area label={t(draft.kind === 'free' ? 'learn.answersFree' : 'learn.answersOrder')} rows={4} max={LEARN_LIMITS.answers * LEARN_LIMITS.answerUnits} value={lines} onChange={(text) => (setLines(text), setError(null))} />}
        <Area label={t('learn.why')} rows={2} max={LEARN_LIMITS.askUnits} value={draft.why} onChange={(why) => change({ why })} />
        {error && <p className="field-error" role="alert">{error}</p>}
        <div className="dialog-foot">
          <Button kind="quiet" onClick={onClose}>{t('act.cancel')}</Button>
          <Button kind="primary" type="submit">{t('act.save')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
