/** The manual in both languages: the same course, whole questions, and nothing in it that is no text. */
import { expect, test } from 'vitest';
import { readText, withIds } from '#domain/editor/ingest';
import { isWhole } from '#domain/learn/course';
import { courseOutline, type CourseDraft } from '#domain/learn/outline';
import { MANUAL_EN } from '#view/i18n/manual-en.ts';
import { MANUAL_RU } from '#view/i18n/manual-ru.ts';
import { ru } from '#view/i18n/ru.ts';

let serial = 0;
const outline = (text: string): CourseDraft => courseOutline(withIds(readText('markdown', new TextEncoder().encode(text)).blocks, () => `b${serial++}`), '', false);

test('{C6} the manual is one course in both languages: as many lessons with as many questions in each module, each of which can be answered', () => {
  const [en, ru] = [outline(MANUAL_EN), outline(MANUAL_RU)];
  const shape = ({ modules }: CourseDraft): number[] => modules.map(({ lessons }) => lessons.length);
  expect(shape(en)).toEqual([4, 6, 3, 5, 2]);
  expect(shape(ru)).toEqual(shape(en));
  for (const one of [en, ru]) {
    for (const lesson of one.modules.flatMap(({ lessons }) => lessons)) {
      expect(lesson.questions.length, lesson.title).toBeGreaterThanOrEqual(1);
      for (const { draft } of lesson.questions) expect(isWhole(draft), draft.ask).toBe(true);
    }
  }
  // Each lesson of a component leads to its place; nothing leads elsewhere.
  const places = (text: string): string[] => [...text.matchAll(/\]\(([^)]*)\)/g)].map(([, to]) => to!);
  expect(places(MANUAL_RU)).toEqual(places(MANUAL_EN));
  expect(new Set(places(MANUAL_EN))).toEqual(new Set([...['hub', 'chat', 'messenger', 'documents', 'goals', 'learn', 'learn/cards', 'access', 'search'], ...['me', 'recovery', 'network', 'compute'].map((one) => `settings/${one}`)].map((one) => `#/personal/${one}`)));
  const terms = (draft: CourseDraft): string[] => draft.modules.flatMap(({ lessons }) => lessons.flatMap(({ questions }) => questions.map((question) => question.draft.options.find(({ right }) => right)?.text ?? question.draft.ask)));
  expect(new Set(terms(en)).size).toBe(terms(en).length);
  expect(new Set(terms(ru)).size).toBe(terms(ru).length);
});

test('what the Russian manual says to press stands on the screen under the same words', () => {
  const named = [...MANUAL_RU.matchAll(/нажмите «([^»]+)»/g)].map(([, words]) => words!);
  expect(named.length).toBeGreaterThan(0);
  for (const words of named) expect(Object.values(ru), words).toContain(words);
});
