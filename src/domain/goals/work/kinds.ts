/** Things besides tasks that a person makes by hand: a milestone is a point that matters, an event has its day. */
import { err, ok, type Result } from '#base/result';
import type { Op } from '#os/api';
import { EVENT, MILESTONE } from '#domain/goals';
import { makeTask, type TaskDraft } from '#domain/goals/words';
import { isDay, type Refusal } from '#domain/shared';
import { toldAt } from './acts.ts';

export const MADE_KINDS = ['task', 'milestone', 'event'] as const;
export type MadeKind = (typeof MADE_KINDS)[number];

/** A new milestone, due on its day, or a new event on its day, else today. Nobody in particular does it. */
export function makeOther(kind: Exclude<MadeKind, 'task'>, { title, due, time }: TaskDraft & { readonly time?: number | null }, today: string): Result<Op[], Refusal> {
  const made = makeTask({ title });
  if (!made.ok) return err(made.error);
  const day = isDay(due) ? due : null;
  const props = { ...(kind === 'event' ? { start: day ?? today } : day === null ? {} : { due: day }), ...toldAt(day, time) };
  return ok(made.value.map((op): Op => (op.op === 'node.create' ? { ...op, type: kind === 'event' ? EVENT : MILESTONE, props: { ...op.props, ...props } } : op)));
}
