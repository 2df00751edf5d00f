/** The trash over two production kernels: what one deletes comes into the trash of the other with who did it, and what is brought back goes from both. */
import { expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import type { NodeView, Query } from '#os/api';
import { beginDocument, deleteDocument, DOCUMENT, documentsOf, renameDocument } from '#domain/editor';
import { deleteTask, GOAL, RESOURCE, TASK } from '#domain/goals';
import { beginGoal, makeResource, readResource } from '#domain/goals/work';
import { linkTask, makeTask } from '#domain/goals/words';
import { beginCourse, CARD, COURSE, DECK, LESSON, QUESTION } from '#domain/learn';
import { deleteCard, makeCard, readCard } from '#domain/learn/cards';
import { addModule, addQuestion, addStep, courseNodeOf, deletePart, deleteWhole, readCourse, type Course } from '#domain/learn/course';
import { deletionOf, FRAGMENT, readDirectoryEntry, ROOT } from '#domain/shared';
import { pair } from '#tests/sim/support/pair';
import type { SimTab, SimWorld } from '#tests/sim/support/sim-world';
import { restoreOps, TRASHED, trashRows, type PageRow, type TaskRow, type TrashRow } from '#view/editor/trash-rows.ts';
import { valueOf } from '#tests/support/value-of';

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

const ID = (n: number): string => toBase64url(new Uint8Array(16).fill(n));

test('{C6} a course, a step of it and a question in that, deleted one after another by one, are brought back by the other with all that belongs to them', async () => {
  const { world, a, b, space } = await pair(949);
  const graph = a.api.graph(space);
  const fragment = await world.wait(graph.createFragment({ type: COURSE, title: 'Ten stations' }));
  const course = async (tab: SimTab): Promise<Course> => readCourse(fragment, await tab.api.graph(space).query({ fragment }), new Map());
  const write = async (ops: Parameters<typeof graph.transact>[0]): Promise<void> => void (await graph.transact(ops, { fragment }));
  await write(beginCourse(courseNodeOf(fragment)));
  await write(valueOf(addModule(await course(a), ID(1), 'First week')));
  await write(valueOf(addStep(await course(a), { id: ID(2), title: 'Mount one', module: ID(1) })));
  await write(valueOf(addQuestion((await course(a)).steps[0]!, ID(3), { kind: 'free', ask: 'What seals?', why: '', options: [], answers: ['a gland'] })));
  const whole = await course(a);
  const [here, there] = [await following(a, space), await following(b, space)];
  expect(here()).toEqual([]);
  await write(deletePart(ID(3)));
  await write(deletePart(ID(2)));
  await write(deletePart(ID(1)));
  const titles = (rows: readonly TrashRow[]): string[] => rows.map(({ title }) => title).sort();
  await until(world, () => titles(there()).join() === 'First week,Mount one,What seals?');
  // The question brings its step along; the module stands by itself, and what is in it is in it again.
  const press = async (title: string): Promise<void> => void (await b.api.graph(space).transact(restoreOps(there().find((row) => row.title === title)!)));
  await press('What seals?');
  expect(titles(there())).toEqual(['First week']);
  await press('First week');
  await until(world, () => here().length === 0 && there().length === 0);
  expect([await course(a), await course(b)]).toEqual([whole, whole]);
  // The course as a whole, with a step that was deleted before.
  const entry = (await graph.query({ type: FRAGMENT, fragment: ROOT, where: { type: COURSE } })).flatMap((node) => readDirectoryEntry(node) ?? [])[0]!;
  await write(deletePart(ID(2)));
  await graph.transact(deleteWhole(entry));
  await until(world, () => there().length === 1 && (there()[0] as PageRow).inside.length === 1);
  expect(await b.api.graph(space).count({ type: FRAGMENT, fragment: ROOT, where: { type: COURSE } })).toBe(0);
  await b.api.graph(space).transact(restoreOps((there()[0] as PageRow).inside[0]!));
  await until(world, () => here().length === 0);
  expect([await course(a), await graph.count({ type: FRAGMENT, fragment: ROOT, where: { type: COURSE } }), await graph.count({ type: [LESSON, QUESTION], fragment })]).toEqual([whole, 1, 1]);
}, 60_000);

test('{C6} a card that was deleted, and its deck after it, come back with how the card was answered', async () => {
  const { world, a } = await pair(950);
  const personal = (await a.api.spaces.list()).find(({ kind }) => kind === 'personal')!.id;
  const graph = a.api.graph(personal);
  const fragment = await world.wait(graph.createFragment({ type: DECK, title: 'Words' }));
  await graph.transact([...valueOf(makeCard(ID(5), { front: 'gland', back: 'where the cable enters' }, null)), { op: 'set.add', id: ID(5), prop: 'reviews', value: '1000 3', verb: 'learn/card.review@1' }], { fragment });
  const entry = (await graph.query({ type: FRAGMENT, fragment: ROOT, where: { type: DECK } })).flatMap((node) => readDirectoryEntry(node) ?? [])[0]!;
  const here = await following(a, personal);
  await graph.transact(deleteCard(ID(5)), { fragment });
  expect(here().map(({ title }) => title)).toEqual(['gland']);
  await graph.transact(deleteWhole(entry));
  const [deck] = here() as PageRow[];
  expect([deck!.title, deck!.inside.map(({ title }) => title)]).toEqual(['Words', ['gland']]);
  await graph.transact(restoreOps(deck!.inside[0]!));
  expect(here()).toEqual([]);
  expect((await graph.query({ type: CARD })).map((node) => readCard(node))).toMatchObject([{ id: ID(5), front: 'gland', reviews: [{ at: 1000, grade: 3 }] }]);
}, 60_000);
