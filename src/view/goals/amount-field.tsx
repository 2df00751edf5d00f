/** A number or a day that is kept with Enter or on leaving; what was typed stands there until its node has it, whatever others write meanwhile, and what was refused no longer. */
import { useEffect, useState, type ReactNode } from 'react';
import { PLAN_LIMITS } from '#domain/shared';
import { Field } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { afterNews, afterRefusal, NO_DRAFT, type Draft } from '#view/kit/property-draft.ts';

export interface AmountProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  /** Null: it is no amount, which is said; else whether it is kept. */
  set(amount: number): Promise<boolean> | null;
}

/** The field. */
export function AmountField({ label, value, min, set }: AmountProps): ReactNode {
  const { t, number } = useI18n();
  const [draft, setDraft, sent] = useDraft(value);
  const [wrong, setWrong] = useState(false);
  const keep = (box: HTMLInputElement): void => {
    if (draft.text === null || draft.sent) return;
    const made = box.validity.valid && box.value !== '' ? set(Number(box.value)) : null;
    setWrong(made === null);
    if (made) sent(draft.text, made);
  };
  return (
    <Field
      label={label} type="number" inputMode="decimal" min={min} max={PLAN_LIMITS.amount} step="any" value={draft.text ?? String(value)} error={wrong ? t('goal.amountWrong', { least: number(min), most: number(PLAN_LIMITS.amount) }) : null}
      onChange={({ target }) => (setDraft({ text: target.value, sent: false }), setWrong(false))} onBlur={({ target }) => keep(target)} onKeyDown={(event) => event.key === 'Enter' && keep(event.currentTarget)}
    />
  );
}

export interface DayProps {
  readonly label: string;
  readonly value: string | null;
  set(day: string | null): Promise<boolean>;
}

/** The field of a day, or of none. */
export function DayField({ label, value, set }: DayProps): ReactNode {
  const [draft, setDraft, sent] = useDraft(value);
  return (
    <Field
      label={label} type="date" min="1970-01-01" max="9999-12-31" value={draft.text ?? value ?? ''} onChange={({ target }) => setDraft({ text: target.value, sent: false })}
      onBlur={({ target }) => draft.text !== null && !draft.sent && target.validity.valid && sent(draft.text, set(target.value === '' ? null : target.value))}
    />
  );
}

/** What is typed, and how it is said that it was given to the node. */
function useDraft(value: unknown): readonly [Draft, (draft: Draft) => void, (text: string, made: Promise<boolean>) => void] {
  const [draft, setDraft] = useState(NO_DRAFT);
  useEffect(() => setDraft(afterNews), [value]);
  const sent = (text: string, made: Promise<boolean>): void => {
    setDraft({ text, sent: true });
    void made.then((done) => done || setDraft(afterRefusal(text)));
  };
  return [draft, setDraft, sent];
}
