/** The manual in both languages: the same course, whole questions, and nothing in it that is no text. */
import { expect, test } from 'vitest';
import { readText, withIds } from '#domain/editor/ingest';
import { isWhole } from '#domain/learn/course';
import { courseOutline, type CourseDraft } from '#domain/learn/outline';
import { en } from '#view/i18n/en.ts';
import { enCompute } from '#view/i18n/en-compute.ts';
import { enDevices } from '#view/i18n/en-devices.ts';
import { enMessenger } from '#view/i18n/en-messenger.ts';
import { enModels } from '#view/i18n/en-models.ts';
import { enSystem } from '#view/i18n/en-system.ts';
import { MANUAL_EN } from '#view/i18n/manual-en.ts';
import { MANUAL_RU } from '#view/i18n/manual-ru.ts';
import { ru } from '#view/i18n/ru.ts';
import { ruCompute } from '#view/i18n/ru-compute.ts';
import { ruDevices } from '#view/i18n/ru-devices.ts';
import { ruMessenger } from '#view/i18n/ru-messenger.ts';
import { ruModels } from '#view/i18n/ru-models.ts';
import { ruSystem } from '#view/i18n/ru-system.ts';

let serial = 0;
const outline = (text: string): CourseDraft => courseOutline(withIds(readText('markdown', new TextEncoder().encode(text)).blocks, () => `b${serial++}`), '', false);

test('{C6} the manual is one course in both languages: as many lessons with as many questions in each module, each of which can be answered', () => {
  const [english, russian] = [outline(MANUAL_EN), outline(MANUAL_RU)];
  const shape = ({ modules }: CourseDraft): number[] => modules.map(({ lessons }) => lessons.length);
  expect(shape(english)).toEqual([4, 6, 3, 5, 2]);
  expect(shape(russian)).toEqual(shape(english));
  for (const one of [english, russian]) {
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
  for (const one of [english, russian]) expect(new Set(terms(one)).size).toBe(terms(one).length);
});

const SCREENS: Readonly<Record<'en' | 'ru', readonly Readonly<Record<string, unknown>>[]>> = { en: [en, enCompute, enDevices, enMessenger, enModels, enSystem], ru: [ru, ruCompute, ruDevices, ruMessenger, ruModels, ruSystem] };

test('what either manual names in quotes stands on a screen under the same words, or at the head of such: the same places in both', () => {
  const keysOf = (lang: 'en' | 'ru', words: string): string[] =>
    SCREENS[lang].flatMap((screen) => Object.entries(screen).flatMap(([key, value]) => (value === words || (typeof value === 'string' && value.startsWith(`${words}: {`)) ? [key] : [])));
  const named = { en: [...MANUAL_EN.matchAll(/“([^”]+)”/g)].map(([, words]) => words!), ru: [...MANUAL_RU.matchAll(/«([^»]+)»/g)].map(([, words]) => words!) };
  for (const lang of ['en', 'ru'] as const) for (const words of named[lang]) expect(keysOf(lang, words), words).not.toEqual([]);
  expect(named.en.length).toBeGreaterThanOrEqual(11);
  // What one names the other names, too: by the key that both words have.
  const places = (lang: 'en' | 'ru'): Set<string> => new Set(named[lang].flatMap((words) => keysOf(lang, words)));
  for (const key of ['welcome.haveLink', 'call.start', 'act.makeTask', 'act.share', 'settings.me', 'pair.open', 'pair.yes', 'settings.title', 'settings.models', 'compute.helping', 'compute.stop'] as const) expect([key, places('en').has(key), places('ru').has(key)]).toEqual([key, true, true]);
  // Control: words of no screen are found on none.
  expect(keysOf('en', 'Make a task of it')).toEqual([]);
});
