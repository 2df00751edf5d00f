/** Learn as a lens of the shell; its screens, words and rules are loaded when first opened. */
import type { ComponentType } from 'react';
import type { SpaceView } from '#os/api';
import { COURSE, coursesOf, mayMakeCourses } from '#domain/learn';
import { FRAGMENT, ROOT } from '#domain/shared';
import { useNodes } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import type { Lens, RailRows, ReadingDocumentProps } from '#view/kit/lens.ts';

function useRows(space: SpaceView): RailRows {
  const { nodes, loaded } = useNodes(space.id, { type: FRAGMENT, fragment: ROOT, where: { type: COURSE } });
  return { loaded, unread: 0, rows: coursesOf(nodes.values()).map(({ fragment, title }) => ({ object: fragment, label: title, unread: 0, mentions: 0, muted: false })) };
}

/** The lens; the text of a lesson is a document, and drawn by what draws those. */
export const learnLens = (Text: ComponentType<ReadingDocumentProps>): Lens => ({
  id: 'learn',
  word: 'lens.learn',
  icon: 'learn',
  go: 'goLearn',
  useRows,
  useUnread: () => 0,
  View: lazyPart(async () => (await import('./learn-view.tsx')).learnView(Text)),
  create: { word: 'learn.new', may: mayMakeCourses, Dialog: lazyPart(async () => (await import('./create-course.tsx')).CreateCourse, { alone: true }) },
});
