/** Courses of a space with what this person did of them, and what one does with both. */
import { useMemo } from 'react';
import type { LifegraphApi, NodeView, Op, SpaceView } from '#os/api';
import { DOCUMENT, documentsOf } from '#domain/editor/manifest';
import { ASSIGNMENT, COURSE, coursesOf, LESSON, MODULE, PROGRESS, QUESTION } from '#domain/learn';
import { readCourse, readProgress, wayOf, type Course, type Progress, type Progresses, type Step, type Way } from '#domain/learn/course';
import { FRAGMENT, ROOT, type DirectoryEntry } from '#domain/shared';
import { toBase64url } from '#base/bytes';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel, useNodes, usePersonal } from '#view/kit/kernel.tsx';
import { useToast } from '#view/kit/toast.tsx';

export interface CourseHere {
  readonly entry: DirectoryEntry;
  readonly course: Course;
  readonly progresses: Progresses;
  readonly way: Way;
}

export interface LearnHere {
  readonly courses: readonly CourseHere[];
  /** Documents of the space: what a lesson may be. */
  readonly documents: readonly DirectoryEntry[];
  readonly loaded: boolean;
}

const PARTS = { type: [COURSE, MODULE, LESSON, ASSIGNMENT, QUESTION] };

const byFragment = (nodes: Iterable<NodeView>, of: (node: NodeView) => unknown): Map<unknown, NodeView[]> => {
  const out = new Map<unknown, NodeView[]>();
  for (const node of nodes) {
    const known = out.get(of(node));
    if (known) known.push(node);
    else out.set(of(node), [node]);
  }
  return out;
};

/** All courses of a space, kept up to date. */
export function useLearn(space: SpaceView): LearnHere {
  const personal = usePersonal();
  const entries = useNodes(space.id, { type: FRAGMENT, fragment: ROOT, where: { type: COURSE } });
  const texts = useNodes(space.id, { type: FRAGMENT, fragment: ROOT, where: { type: DOCUMENT } });
  const parts = useNodes(space.id, PARTS);
  const own = useNodes(personal?.id ?? null, { type: PROGRESS, where: { space: space.id } });
  const documents = useMemo(() => documentsOf(texts.nodes.values()), [texts.nodes]);
  const courses = useMemo(() => {
    const titles = new Map(documents.map(({ fragment, title }) => [fragment, title]));
    const nodes = byFragment(parts.nodes.values(), ({ fragment }) => fragment);
    const done = byFragment(own.nodes.values(), ({ props }) => props['course']);
    return coursesOf(entries.nodes.values()).map((entry): CourseHere => {
      const course = readCourse(entry.fragment, nodes.get(entry.fragment) ?? [], titles);
      const progresses = new Map((done.get(entry.fragment) ?? []).flatMap((node): [string, Progress][] => {
        const read = readProgress(node, space.id, entry.fragment);
        return read ? [read] : [];
      }));
      return { entry, course, progresses, way: wayOf(course, progresses) };
    });
  }, [space.id, entries.nodes, documents, parts.nodes, own.nodes]);
  return { courses, documents, loaded: entries.loaded && parts.loaded && own.loaded && texts.loaded };
}

/** A random id of a new thing. */
export const newId = (): string => toBase64url(crypto.getRandomValues(new Uint8Array(16)));

export interface LearnActs {
  /** In the course; false when it was refused, which is said. */
  run(ops: readonly Op[], fragment: string): Promise<boolean>;
  /** In the Personal space: what this person did. */
  keep(ops: readonly Op[]): Promise<boolean>;
}

/** What is written. */
export function useLearnActs(space: SpaceView): LearnActs {
  const api = useKernel();
  const toast = useToast();
  const { t } = useI18n();
  return useMemo(() => {
    const told = (made: Promise<unknown>): Promise<boolean> => made.then(() => true, (error: unknown) => (toast({ text: errorText(t, error, 'learn.failed') }), false));
    return {
      run: (ops, fragment) => (ops.length === 0 ? Promise.resolve(true) : told(api.graph(space.id).transact([...ops], { fragment }))),
      keep: (ops) => (ops.length === 0 ? Promise.resolve(true) : told(keepOwn(api, ops))),
    };
  }, [api, space.id, toast, t]);
}

async function keepOwn(api: LifegraphApi, ops: readonly Op[]): Promise<void> {
  const personal = (await api.spaces.list()).find(({ kind }) => kind === 'personal');
  if (!personal) throw new Error('no Personal space');
  await api.graph(personal.id).transact([...ops]);
}

/** How a step is called where steps are told apart by number. */
export const stepName = ({ way }: Pick<CourseHere, 'way'>, step: Step): string => `${way.states.get(step.id)?.no ?? ''}. ${step.title || '…'}`;

/** How a step or a module is called; null: it is none of the course. */
export function partName(here: Pick<CourseHere, 'course' | 'way'>, id: string): string | null {
  const step = here.course.steps.find((one) => one.id === id);
  return step ? stepName(here, step) : (here.course.modules.find((one) => one.id === id)?.title ?? null);
}
