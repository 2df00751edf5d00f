/** What the lens of Goals says in words of what its timeline does not draw. */
import { createElement as h } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, expect, test } from 'vitest';
import { fakeKernel } from '#tests/support/fake-kernel';
import { TimelineNotes } from '#view/goals/timeline.tsx';
import { MOST_LINES } from '#view/goals/timeline-model.ts';
import '#view/kit/goals-words.ts';
import { I18nProvider, loadWords, type Lang } from '#view/kit/i18n.tsx';
import { KernelProvider } from '#view/kit/kernel.tsx';

beforeAll(() => loadWords('ru'));

test('a plan that goes on beyond the timeline, or has more lines than are drawn, is said to; one that is drawn whole says nothing', () => {
  const drawn = (lang: Lang, beyond: number, lines: number): string => renderToStaticMarkup(h(KernelProvider, { api: fakeKernel('seeded'), children: h(I18nProvider, { lang, children: h(TimelineNotes, { beyond, last: '2031-01-05', lines }) }) })).replace(/<[^>]*>/g, '');
  expect([drawn('en', 0, MOST_LINES), drawn('ru', 0, 0)]).toEqual(['', '']);
  expect(drawn('en', 2, 0)).toMatch(/^2 tasks go on after .*2031.*, where the timeline stops: their details say when they end\.$/);
  expect(drawn('en', 1, MOST_LINES + 1)).toMatch(/^1 task goes on after .* At most 400 lines between tasks are drawn at once, critical ones first/);
  expect(drawn('ru', 2, MOST_LINES + 1)).toMatch(/^2 задачи идут дольше, чем до .*2031.*, где кончается график.* не больше 400 линий между задачами, сначала критичные/);
});
