/** The trash over two production kernels: what one deletes comes into the trash of the other with who did it, and what is brought back goes from both. */
import { expect, test } from 'vitest';
import type { NodeView, Query } from '#os/api';
import { beginDocument, deleteDocument, DOCUMENT, documentsOf, renameDocument } from '#domain/editor';
import { deleteTask, GOAL, RESOURCE, TASK } from '#domain/goals';
import { beginGoal, makeResource, readResource } from '#domain/goals/work';
import { linkTask, makeTask } from '#domain/goals/words';
import { deletionOf, FRAGMENT, ROOT } from '#domain/shared';
import { pair } from '#tests/sim/support/pair';
import type { SimTab, SimWorld } from '#tests/sim/support/sim-world';
import { restoreOps, TRASHED, trashRows, type PageRow, type TaskRow, type TrashRow } from '#view/editor/trash-rows.ts';

const PAGES: Query = { type: FRAGMENT, fragment: ROOT, where: { type: DOCUMENT }, include: { deleted: true } };
const ASKED: readonly Query[] = [TRASHED.directory, TRASHED.things];

/** What a screen holds that asked once and follows from there. */
async function following({ api }: SimTab, space: string): Promise<() => TrashRow[]> {
  const held = ASKED.map(() => new Map<string, NodeView>());
  for (const [at, query] of ASKED.entries()) {
    api.graph(space).subscribe(query, ({ added, changed, removed }) => {
      for (const node of [...added, ...changed]) held[at]!.set(node.id, node);
      for (const id of removed) held[at]!.delete(id);
    });
    for (const node of await api.graph(space).query(query)) held[at]!.set(node.id, node);
  }
  return () => trashRows(held[0]!.values(), held[1]!.values());
}

async function until(world: SimWorld, fits: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !fits(); i++) await world.clock.run(50);
  expect(fits()).toBe(true);
}

test('{C3}{V2} deleted by one, it lies in the trash of the other, whose name the history gives; a task brings its page along in one act, and both have them again', async () => {
  const { world, a, b, space } = await pair(947);
  const graph = a.api.graph(space);
  const fragment = await world.wait(graph.createFragment({ type: DOCUMENT, title: 'Lid and seal' }));
  await graph.transact(beginDocument(fragment), { fragment });
  const made = makeTask({ title: 'Order 40 gaskets' });
  const { ids: [task] } = await graph.transact(made.ok ? made.value : [], { fragment });
  await graph.transact(linkTask(task!, { node: fragment, block: null }), { fragment });
  const [here, there] = [await following(a, space), await following(b, space)];
  expect(here()).toEqual([]);
  const [entry] = documentsOf(await graph.query({ ...PAGES, include: {} }));
  await graph.transact([...deleteTask(task!), ...deleteDocument(entry!)]);
  const lies = (rows: TrashRow[]): boolean => rows.length === 1 && rows[0]!.title === 'Lid and seal' && (rows[0] as PageRow).inside[0]?.title === 'Order 40 gaskets';
  expect(lies(here())).toBe(true);
  await until(world, () => lies(there()));
  // Boris gives it another name in the trash: its last change is his, its deletion is not.
  const renamed = renameDocument(entry!, 'Lid, renamed');
  await b.api.graph(space).transact(renamed.ok ? renamed.value : []);
  const row = there()[0] as PageRow;
  const [view] = (await b.api.graph(space).query(PAGES)).filter(({ id }) => id === row.node);
  expect(view).toMatchObject({ deleted: true, updatedBy: b.api.identity.get()!.uid });
  expect(deletionOf(await b.api.graph(space).history(row.node))).toMatchObject({ who: a.api.identity.get()!.uid });
  expect(deletionOf(await b.api.graph(space).history(row.inside[0]!.node))).toMatchObject({ who: a.api.identity.get()!.uid });
  // Both come back by what is pressed at the task.
  await b.api.graph(space).transact(restoreOps(row.inside[0]!));
  expect(there()).toEqual([]);
  await until(world, () => here().length === 0);
  expect(documentsOf(await graph.query(PAGES)).map(({ title }) => title)).toEqual(['Lid, renamed']);
  expect(await graph.count({ type: TASK })).toBe(1);
}, 60_000);

test('{C5} a resource that one deletes in a goal lies in the trash of the other, who brings it back as it was', async () => {
  const { world, a, b, space } = await pair(948);
  const graph = a.api.graph(space);
  const fragment = await world.wait(graph.createFragment({ type: GOAL, title: 'Ten stations' }));
  const made = makeResource('Crane');
  await graph.transact([...beginGoal(fragment), ...(made.ok ? made.value : [])], { fragment });
  const crane = (await graph.query({ type: RESOURCE }))[0]!.id;
  await graph.transact([{ op: 'node.set', id: crane, props: { capacity: 3 } }]);
  const [here, there] = [await following(a, space), await following(b, space)];
  expect(here()).toEqual([]);
  await graph.transact(deleteTask(crane), { fragment });
  const lies = (rows: TrashRow[]): boolean => rows.length === 1 && rows[0]!.title === 'Crane' && (rows[0] as TaskRow).page.title === 'Ten stations';
  expect(lies(here())).toBe(true);
  await until(world, () => lies(there()));
  await b.api.graph(space).transact(restoreOps(there()[0]!));
  await until(world, () => here().length === 0 && there().length === 0);
  expect((await graph.query({ type: RESOURCE })).map((node) => readResource(node))).toMatchObject([{ id: crane, title: 'Crane', capacity: 3, deleted: false }]);
}, 60_000);
