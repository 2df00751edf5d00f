/** The manual among the courses of the Personal space: one, whatever language it was made in and however it is called by now. */
import type { LifegraphApi } from '#os/api';
import { COURSE, coursesOf } from '#domain/learn';
import { courseNodeOf, MANUAL, markManual } from '#domain/learn/course';
import { FRAGMENT, ROOT } from '#domain/shared';
import { enLearn } from '#view/i18n/en-learn.ts';
import { ruLearn } from '#view/i18n/ru-learn.ts';
import type { CourseHere } from './use-learn.ts';

/** What manuals were called that do not say so yet. */
const TITLES: readonly string[] = [enLearn, ruLearn].map((words) => words['learn.manual']);

/** Is it the manual? Where courses are read anyhow. */
export const isManual = ({ course, entry }: Pick<CourseHere, 'course' | 'entry'>): boolean => course.manual || TITLES.includes(entry.title);

/** The fragment of the manual, the oldest of several; null: it is not made yet, or lies in the trash. */
export async function manualCourse(api: Pick<LifegraphApi, 'graph'>, personal: string): Promise<string | null> {
  const graph = api.graph(personal);
  const [entries, nodes] = await Promise.all([graph.query({ type: FRAGMENT, fragment: ROOT, where: { type: COURSE } }), graph.query({ type: COURSE, where: { role: MANUAL } })]);
  const said = new Set(nodes.filter(({ id, fragment }) => id === courseNodeOf(fragment)).map(({ fragment }) => fragment));
  const courses = coursesOf(entries).sort((a, b) => (a.stamp < b.stamp ? -1 : 1));
  const own = courses.find(({ fragment }) => said.has(fragment));
  if (own) return own.fragment;
  const old = courses.find(({ title }) => TITLES.includes(title));
  if (!old) return null;
  await graph.transact(markManual(old.fragment), { fragment: old.fragment });
  return old.fragment;
}
