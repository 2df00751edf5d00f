/** What a course says to who learns it and to who writes it, in both languages: what to look at again, and which waits lock nothing. */
import { createElement as h, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, expect, test } from 'vitest';
import { COURSE, LESSON, QUESTION } from '#domain/learn';
import { NEEDS, NO_PROGRESS, readCourse, wayOf, type Progress, type Progresses } from '#domain/learn/course';
import { fakeKernel } from '#tests/support/fake-kernel';
import { nodeView } from '#tests/support/node-view';
import { ContinueCard } from '#view/learn/continue-card.tsx';
import type { CourseHere } from '#view/learn/use-learn.ts';
import { LooseNeeds } from '#view/learn/write-course.tsx';
import { I18nProvider, loadWords, type Lang } from '#view/kit/i18n.tsx';
import { KernelProvider } from '#view/kit/kernel.tsx';
import '#view/kit/learn-words.ts';

beforeAll(() => loadWords('ru'));

const F = 'course';
/** Its words; of a button that has a name besides, that too. */
const drawn = (node: ReactNode, lang: Lang): string => renderToStaticMarkup(h(KernelProvider, { api: fakeKernel('seeded'), children: h(I18nProvider, { lang, children: node }) })).replace(/<button[^>]* aria-label="([^"]*)"[^>]*>/g, ' [$1] ').replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').trim();
const lesson = (id: string, title: string, ...needs: string[]) => nodeView({ id, type: LESSON, fragment: F, ord: id, props: { title, pass: 0.5 }, edges: needs.map((on) => ({ id: `${id}>${on}`, type: NEEDS, from: id, to: on, props: {}, by: 'me' })) });
const question = (id: string, parent: string) => nodeView({ id, type: QUESTION, fragment: F, parent, props: { kind: 'free', ask: '?', answers: ['a'] } });

function here(nodes: Parameters<typeof readCourse>[1], progresses: Progresses = new Map()): CourseHere {
  const course = readCourse(F, nodes, new Map());
  return { entry: { node: F, fragment: F, type: COURSE, title: 'Field' } as CourseHere['entry'], course, progresses, way: wayOf(course, progresses) };
}

test('{C6} Continue says what the next step builds on and was answered wrong, and offers it; what is known is not mentioned', () => {
  const nodes = [lesson('a', 'Straps'), lesson('b', 'Glands', 'a'), question('q1', 'a'), question('q2', 'a')];
  const answered = (right: string[], wrong: string[]): Progresses => new Map([['a', { ...NO_PROGRESS, exists: true, read: 1, done: 2, right: new Map(right.map((id) => [id, 5])), wrong: new Map(wrong.map((id) => [id, 4])) } satisfies Progress]]);
  const card = (lang: Lang, progresses: Progresses): string => drawn(h(ContinueCard, { space: 's', here: here(nodes, progresses) }), lang);
  expect(card('en', answered(['q1'], ['q2']))).toContain('Glands It builds on Straps, where 1 question was wrong. Look at it again');
  expect(card('ru', answered([], ['q1', 'q2']))).toContain('Glands Опирается на «Straps», где 2 ответа неверны. Посмотреть ещё раз');
  for (const lang of ['en', 'ru'] as const) expect(card(lang, answered(['q1', 'q2'], ['q2']))).not.toMatch(/It builds on|Опирается/);
});

test('waits that lock nothing are named by both that they concern, each with the act that takes it away, three at once', () => {
  const loose = (lang: Lang, ...nodes: ReturnType<typeof lesson>[]): string => drawn(h(LooseNeeds, { here: here(nodes), acts: { run: () => Promise.resolve(true) } }), lang);
  expect(loose('en', lesson('a', 'Straps'), lesson('b', 'Glands', 'a'))).toBe('');
  const gone = lesson('b', 'Glands', 'gone');
  expect(loose('en', lesson('a', 'Straps'), gone)).toBe('2. Glands waits for a step that is gone. That locks nothing. [Take away: 2. Glands waits for a step that is gone] Take away');
  expect(loose('ru', lesson('a', 'Straps'), gone)).toBe('2. Glands ждёт шаг, которого больше нет. Это ничего не закрывает. [Убрать: 2. Glands ждёт шаг, которого больше нет] Убрать');
  const round = [lesson('a', 'Straps', 'b', 'x', 'y'), lesson('b', 'Glands', 'a')];
  expect(loose('en', ...round)).toMatch(/^1\. Straps and 2\. Glands wait for each other\. .*\[Take away: 1\. Straps waits for 2\. Glands\] Take away 2\. Glands and 1\. Straps wait.*\[Take away: 1\. Straps waits for a step that is gone\] Take away$/);
  expect(loose('en', ...round).match(/\] Take away/g)).toHaveLength(3);
});
