/** A number that is kept with Enter and on leaving; what was typed stands there until its node has it, and what was refused no longer. */
import { useEffect, useState, type ReactNode } from 'react';
import { PLAN_LIMITS } from '#domain/shared';
import { Field } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';

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
  const [draft, setDraft] = useState<string | null>(null);
  const [wrong, setWrong] = useState(false);
  useEffect(() => setDraft(null), [value]);
  const keep = (box: HTMLInputElement): void => {
    if (draft === null) return;
    const made = box.validity.valid && box.value !== '' ? set(Number(box.value)) : null;
    setWrong(made === null);
    void made?.then((done) => done || setDraft(null));
  };
  return (
    <Field
      label={label} type="number" inputMode="decimal" min={min} max={PLAN_LIMITS.amount} step="any" value={draft ?? String(value)} error={wrong ? t('goal.amountWrong', { least: number(min), most: number(PLAN_LIMITS.amount) }) : null}
      onChange={({ target }) => (setDraft(target.value), setWrong(false))} onBlur={({ target }) => keep(target)} onKeyDown={(event) => event.key === 'Enter' && keep(event.currentTarget)}
    />
  );
}
