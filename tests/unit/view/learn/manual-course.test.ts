/** The manual in the Personal space of a production kernel: it is one, whatever language it is asked for in, also where it was made before it said what it is. */
import { expect, test } from 'vitest';
import { newBlockId, readText, withIds } from '#domain/editor/ingest';
import { beginCourse, COURSE, coursesOf } from '#domain/learn';
import { courseNodeOf, deleteWhole, MANUAL, readCourse, renameCourse } from '#domain/learn/course';
import { courseOutline } from '#domain/learn/outline';
import { FRAGMENT, ROOT } from '#domain/shared';
import { pair } from '#tests/sim/support/pair';
import { makeCourse } from '#view/learn/make-course-acts.ts';
import { isManual, manualCourse } from '#view/learn/manual-course.ts';

test('{C6} the manual that was made in one language is found in another, by its title where it says nothing of itself yet, and by what it says under any title; in the trash it is none', async () => {
  const { world, a } = await pair(953);
  const personal = (await a.api.spaces.list()).find(({ kind }) => kind === 'personal')!.id;
  const graph = a.api.graph(personal);
  const find = () => world.wait(manualCourse(a.api, personal));
  const entries = async () => coursesOf(await graph.query({ type: FRAGMENT, fragment: ROOT, where: { type: COURSE } }));
  const course = async (fragment: string) => readCourse(fragment, await graph.query({ fragment }), new Map());
  const rename = async (title: string): Promise<void> => {
    const made = renameCourse((await entries())[0]!, title);
    await graph.transact(made.ok ? made.value : []);
  };
  // Made before manuals said what they are, by who reads Russian.
  const fragment = await world.wait(graph.createFragment({ type: COURSE, title: 'Руководство LifeGraph' }));
  await graph.transact(beginCourse(courseNodeOf(fragment)), { fragment });
  expect([(await course(fragment)).manual, isManual({ course: await course(fragment), entry: (await entries())[0]! })]).toEqual([false, true]);
  expect(await find()).toBe(fragment);
  await rename('How it works');
  expect([await find(), (await entries())[0]!.title, (await course(fragment)).manual]).toEqual([fragment, 'How it works', true]);
  await graph.transact(deleteWhole((await entries())[0]!));
  expect(await find()).toBeNull();
  // Made anew it says so from the start; another course of a person does not.
  const blocks = withIds(readText('markdown', new TextEncoder().encode('# Manual\n\n## Steps\n\n### Spaces\n\nA place.\n')).blocks, () => newBlockId(crypto.getRandomValues(new Uint8Array(16))));
  const make = (title: string, role: string | null) => world.wait(makeCourse(a.api, personal, title, courseOutline(blocks, title, false), null, () => undefined, role));
  const other = await make('Field installation', null);
  expect([await find(), (await course(other)).manual]).toEqual([null, false]);
  const made = await make('LifeGraph manual', MANUAL);
  expect([await find(), (await course(made)).manual, (await course(made)).steps.length]).toEqual([made, true, 1]);
});
