/** What a course out of an outline is given the kernel as: its lessons are pages of their own. */
import type { GraphApi, LifegraphApi, Op } from '#os/api';
import { beginDocument, DOCUMENT, DOCUMENT_VERB, textNodeOf } from '#domain/editor';
import { DocReplica } from '#domain/editor/model';
import { beginCourse, COURSE } from '#domain/learn';
import { addModule, addQuestion, addStep, courseNodeOf, readCourse, titleOf, type Course } from '#domain/learn/course';
import type { CourseDraft, LessonDraft } from '#domain/learn/outline';
import { newId } from './use-learn.ts';

async function copyLesson(graph: GraphApi, lesson: LessonDraft): Promise<string> {
  const fragment = await graph.createFragment({ type: DOCUMENT, title: titleOf(lesson.title) });
  await graph.transact(beginDocument(fragment), { fragment });
  const node = textNodeOf(fragment);
  const { client, salt } = await graph.updates(node, null);
  const ops = new DocReplica(client).write(lesson.blocks).map((update): Op => ({ op: 'text.update', id: node, update, salt, verb: DOCUMENT_VERB.edit }));
  if (ops.length > 0) await graph.transact(ops, { fragment });
  return fragment;
}

/** Makes it; answers with its fragment. `from`: the document it was made of, to which its steps and questions lead back; those questions wait to be approved. `role`: what it is for, where it says so. */
export async function makeCourse(api: Pick<LifegraphApi, 'graph'>, space: string, title: string, outline: CourseDraft, from: string | null, told: (done: number) => void, role: string | null = null): Promise<string> {
  const graph = api.graph(space);
  const fragment = await graph.createFragment({ type: COURSE, title: titleOf(title) });
  await graph.transact(beginCourse(courseNodeOf(fragment), role === null ? {} : { role }), { fragment });
  const now = async (): Promise<Course> => readCourse(fragment, await graph.query({ fragment }), new Map());
  const source = (block: string, page: number | null) => from === null ? null : { fragment: from, node: textNodeOf(from), block, page };
  let done = 0;
  for (const module of outline.modules) {
    const id = module.title === '' ? null : newId();
    const made = id === null ? null : addModule(await now(), id, titleOf(module.title));
    if (made?.ok) await graph.transact(made.value, { fragment });
    for (const lesson of module.lessons) {
      const own = await copyLesson(graph, lesson);
      const step = newId();
      const added = addStep(await now(), { id: step, title: titleOf(lesson.title), module: made?.ok ? id : null, document: { fragment: own, node: textNodeOf(own) }, source: source(lesson.block, lesson.page) });
      if (!added.ok) continue;
      await graph.transact(added.value, { fragment });
      for (const { draft, block, page } of lesson.questions) {
        const one = (await now()).steps.find(({ id: of }) => of === step);
        const asked = one && addQuestion(one, newId(), draft, source(block, page), from !== null);
        if (asked?.ok) await graph.transact(asked.value, { fragment });
      }
      told((done += 1));
    }
  }
  return fragment;
}
