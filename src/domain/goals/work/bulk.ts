/** One change to many things at once: one act, saved whole or not at all. What already is so is left alone, so that nobody else's edit of it is undone. */
import { err, ok, type Result } from '#base/result';
import type { Op } from '#os/api';
import { deleteTask } from '#domain/goals';
import { assignTask, setDue } from '#domain/goals/words';
import { derivedId, PLAN_LIMITS, refuse, type Refusal } from '#domain/shared';
import { addProperty, setProperty, type Property } from '#domain/shared/properties';
import { addLabel, moveTo, removeLabel, setPriority } from './acts.ts';
import { columnKey, inColumn, propertiesOfWork } from './columns.ts';
import type { Priority, Status, Work } from './things.ts';

export type Change =
  | { readonly type: 'status'; readonly to: Status }
  | { readonly type: 'priority'; readonly to: Priority }
  | { readonly type: 'assignee'; readonly to: string | null }
  | { readonly type: 'due'; readonly to: string | null }
  | { readonly type: 'label'; readonly add: string }
  | { readonly type: 'unlabel'; readonly remove: string }
  /** What they say in a column; who has no such property gets one. Null takes the value away. */
  | { readonly type: 'property'; readonly of: Pick<Property, 'id' | 'kind' | 'name'>; readonly to: Property['value'] }
  | { readonly type: 'delete' };

function property(work: Work, of: Pick<Property, 'id' | 'kind' | 'name'>, to: Property['value']): Result<Op[], Refusal> {
  const at = propertiesOfWork(work);
  const own = inColumn(work, columnKey(of));
  const empty = to === null || to === false || to === '';
  if (own) {
    const made = setProperty(at, own, to);
    return !made.ok && made.error.code === 'no-change' ? ok([]) : made;
  }
  if (empty) return ok([]);
  // One that is called otherwise here is another by now: beside it stands one under an id that everybody computes alike.
  const taken = new Set(work.properties.map((one) => one.id));
  let id = of.id;
  for (let turn = 0; taken.has(id); turn++) id = derivedId('lgos/property/1', turn === 0 ? columnKey(of) : `${columnKey(of)} ${turn}`).slice(0, 8);
  const made = addProperty(at, work.properties, id, of.name, of.kind);
  if (!made.ok) return made;
  const value = setProperty(at, { ...of, id, value: null, ord: 0 }, to);
  return value.ok ? ok([...made.value, ...value.value]) : value;
}

function change(work: Work, by: Change): Result<Op[], Refusal> {
  switch (by.type) {
    case 'status':
      return ok(work.kind === 'task' ? moveTo(work, by.to) : []);
    case 'priority':
      return ok(work.priority === by.to ? [] : setPriority(work.id, by.to));
    case 'assignee':
      return ok(work.assignee === by.to ? [] : assignTask(work.id, by.to));
    case 'due':
      return work.due === by.to ? ok([]) : setDue(work.id, by.to);
    case 'label':
      return work.labels.includes(by.add.trim()) ? ok([]) : addLabel(work, by.add);
    case 'unlabel':
      return ok(work.labels.includes(by.remove) ? removeLabel(work.id, by.remove) : []);
    case 'property':
      return property(work, by.of, by.to);
    case 'delete':
      return ok(deleteTask(work.id));
  }
}

/** The change as one act; refused as a whole where one of them refuses it, or where they are too many. */
export function changeAll(works: readonly Work[], by: Change): Result<Op[], Refusal> {
  if (works.length > PLAN_LIMITS.bulk) return err(refuse('too-many'));
  const out: Op[] = [];
  for (const work of works) {
    const made = change(work, by);
    if (!made.ok) return made;
    out.push(...made.value);
  }
  return out.length === 0 ? err(refuse('no-change')) : ok(out);
}
