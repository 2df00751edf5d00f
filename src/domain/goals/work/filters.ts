/** Saved filters: a person's own, on all their devices. One node in the Personal space holds them as a set, so two devices that save apart keep both. */
import { err, ok, type Result } from '#base/result';
import type { JsonValue, NodeView, Op } from '#os/api';
import { derivedId, idOf, isDay, oneLine, PLAN_LIMITS, refuse, textOf, type Refusal } from '#domain/shared';
import { readAsked } from './columns.ts';
import { PRIORITIES } from './things.ts';
import type { Filter } from './order.ts';

export const FILTERS = 'goals/filters@1';
const FILTER_VERB = 'goals/filters.set@1';

export interface SavedFilter {
  /** As it stands in the set. */
  readonly value: string;
  readonly name: string;
  readonly space: string;
  readonly filter: Filter;
}

/** Every device of a person computes the same. */
export const filtersId = (personal: string): string => derivedId('lgos/goals/filters/1', personal);

/** A filter out of what somebody's device wrote: only what is known, and in its limits. */
function readFilter(value: unknown): Filter {
  const { text, assignee, label, priority, due, property } = (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}) as Record<string, JsonValue>;
  const words = textOf(text, PLAN_LIMITS.filterUnits);
  const tag = textOf(label, PLAN_LIMITS.labelUnits);
  const who = assignee === null ? null : (idOf(assignee) ?? undefined);
  const asked = readAsked(property);
  const level = PRIORITIES.find((one) => one === priority);
  return { ...(words ? { text: words } : {}), ...(who === undefined ? {} : { assignee: who }), ...(tag ? { label: tag } : {}), ...(level ? { priority: level } : {}), ...(isDay(due) ? { due } : {}), ...(asked ? { property: asked } : {}) };
}

function parsed(value: JsonValue): SavedFilter | null {
  if (typeof value !== 'string' || value.length > 1_000) return null;
  let found: unknown;
  try {
    found = JSON.parse(value);
  } catch {
    return null;
  }
  const [name, space, filter] = Array.isArray(found) ? (found as JsonValue[]) : [];
  const words = oneLine(textOf(name, PLAN_LIMITS.filterUnits) ?? '');
  const at = idOf(space);
  return words === '' || at === null ? null : { value, name: words, space: at, filter: readFilter(filter) };
}

/** The saved filters of a node, by name. */
export const readFilters = (node: NodeView | undefined): SavedFilter[] =>
  node?.type === FILTERS ? (node.sets['filters'] ?? []).slice(0, PLAN_LIMITS.filters).flatMap((value) => parsed(value) ?? []).sort((a, b) => a.name.localeCompare(b.name) || (a.value < b.value ? -1 : 1)) : [];

/** Saves a filter under a name; one of that name in the space is replaced. */
export function saveFilter(personal: string, saved: readonly SavedFilter[], { name, space, filter, exists }: { name: string; space: string; filter: Filter; exists: boolean }): Result<Op[], Refusal> {
  const words = oneLine(name);
  if (words === '' || Object.keys(filter).length === 0) return err(refuse('empty'));
  if (words.length > PLAN_LIMITS.filterUnits) return err(refuse('too-long'));
  const old = saved.filter((one) => one.space === space && one.name === words);
  if (saved.length - old.length >= PLAN_LIMITS.filters) return err(refuse('too-many'));
  const value = JSON.stringify([words, space, readFilter(filter)]);
  if (old.some((one) => one.value === value)) return err(refuse('no-change'));
  const id = filtersId(personal);
  return ok([
    ...(exists ? [] : [{ op: 'node.create' as const, id, type: FILTERS, props: {}, verb: FILTER_VERB }]),
    ...old.map((one): Op => ({ op: 'set.remove', id, prop: 'filters', value: one.value, verb: FILTER_VERB })), { op: 'set.add', id, prop: 'filters', value, verb: FILTER_VERB },
  ]);
}

/** Lets a saved filter go. */
export const dropFilter = (personal: string, { value }: SavedFilter): Op[] => [{ op: 'set.remove', id: filtersId(personal), prop: 'filters', value, verb: FILTER_VERB }];
