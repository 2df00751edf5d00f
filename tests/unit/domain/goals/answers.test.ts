/** Who answers for a goal or a milestone: one register, told in the Hub to whom it is given, asked by filters, in bulk as of tasks. */
import { expect, test } from 'vitest';
import { EVENT, GOAL, goalNodeOf, goalsManifest, MILESTONE, TASK_VERB } from '#domain/goals';
import { assignTask } from '#domain/goals/words';
import { changeAll, passes, readWork } from '#domain/goals/work';
import { applyHub, EMPTY_INDEX, itemsOf, myTasks, NO_HUB_MARK } from '#domain/hub';
import { NO_MARK, NO_QUIET } from '#domain/shared';
import type { NodeView } from '#os/api';
import { nodeView } from '#tests/support/node-view';

const TYPES = [...(await goalsManifest.activity!())];
const node = (type: string, id: string, props: NodeView['props'], part: Partial<NodeView> = {}): NodeView => nodeView({ type, id, createdBy: 'anna', updatedBy: 'anna', ...part, props });

test('{C2}{C5} a goal and a milestone are told to who answers for them, and are among what is mine to do until they are reached; those of nobody, of others, of a template and in the trash are not (control)', () => {
  const rail = goalNodeOf('fragment');
  const index = applyHub(EMPTY_INDEX, {
    added: [
      node(GOAL, rail, { assignee: 'me', due: '2026-12-01' }), node(MILESTONE, 'mine', { title: 'Ordered', assignee: 'me' }), node(MILESTONE, 'reached', { title: 'x', assignee: 'me', done: true }), node(MILESTONE, 'taken', { title: 'x', assignee: 'me' }, { setBy: { assignee: 'me' } }),
      node(MILESTONE, 'theirs', { title: 'x', assignee: 'boris' }), node(MILESTONE, 'nobody', { title: 'x' }), node(EVENT, 'event', { title: 'x', assignee: 'me' }), node(MILESTONE, 'gone', { title: 'x', assignee: 'me' }, { deleted: true }), node(GOAL, goalNodeOf('t'), { assignee: 'me', template: true }, { fragment: 't' }),
    ], changed: [], removed: [],
  }, TYPES);
  const { items } = itemsOf('space', index, { me: 'me', marks: { hub: () => NO_HUB_MARK, read: () => NO_MARK }, quiet: NO_QUIET, now: 1_900_000_000_000, calls: { since: 0, may: () => true } });
  expect(items.map(({ entry, reasons }) => [entry.id, reasons]).sort()).toEqual([[rail, ['given']], ['mine', ['given']]].sort());
  expect(myTasks([index], 'me', '2026-11-27').map(({ entry, urgency }) => [entry.id, urgency])).toEqual([[rail, 'soon'], ['taken', 'open'], ['mine', 'open']]);
  // A goal of the rail has a page of its own, a milestone its details there.
  expect([index.entries.get(rail)!.leads, index.entries.get('mine')!.leads]).toEqual([{ space: 'space', lens: 'goals', object: 'fragment', params: {} }, { space: 'space', lens: 'goals', object: 'fragment', params: { panel: 'details', t: 'mine' } }]);
  // Given to another, it leaves my list.
  const next = applyHub(index, { added: [], changed: [node(MILESTONE, 'mine', { title: 'Ordered', assignee: 'boris' })], removed: [] }, TYPES);
  expect(myTasks([next], 'me', '2026-11-27').map(({ entry }) => entry.id)).toEqual([rail, 'taken']);
});

test('{C5} it is the register that tasks have: one act sets it, filters ask it, and of two who set it apart one holds', () => {
  expect(assignTask('m', 'mira')).toEqual([{ op: 'node.set', id: 'm', props: { assignee: 'mira' }, verb: TASK_VERB.assign }]);
  const one = readWork(node(MILESTONE, 'm', { title: 'x', assignee: 'mira' }))!;
  expect([passes(one, { assignee: 'mira' }), passes(one, { assignee: 'noor' }), passes(one, { assignee: null })]).toEqual([true, false, false]);
  expect(readWork(node(GOAL, 'g', { assignee: 'mira' }))!.assignee).toBe('mira');
  expect(changeAll([one], { type: 'assignee', to: 'noor' })).toMatchObject({ value: [{ op: 'node.set', id: 'm', props: { assignee: 'noor' } }] });
  expect([7, '', 'x'.repeat(500)].map((assignee) => readWork(node(GOAL, 'g', { assignee }))!.assignee)).not.toContain('x'.repeat(500));
});
