/** What is open, from which links of what is found are counted; and the reasons in words. */
import { expect, test } from 'vitest';
import { textNodeOf } from '#domain/editor';
import { spotAt } from '#domain/search/engine';
import { createI18n, loadWords } from '#view/kit/i18n.tsx';
import { parseRoute } from '#view/kit/router.tsx';
import { openAt, reasonsOf } from '#view/kit/search-reasons.ts';
import '#view/kit/search-words.ts';

test('{C1} what is open is told by its address; a list, the search and no space are nothing', () => {
  expect(openAt(parseRoute('#/s/goals/g?panel=details&t=task'))).toEqual({ space: 's', lens: 'goals', fragment: 'g', node: 'task' });
  expect(spotAt(openAt(parseRoute('#/s/documents/doc'))!)).toBe(`s/${textNodeOf('doc')}`);
  expect([openAt(parseRoute('#/s/search?q=x')), openAt(parseRoute('#/'))]).toEqual([null, null]);
});

test('{C1} reasons are said, the strongest first, in both languages', async () => {
  await loadWords('ru');
  const [en, ru] = [createI18n('en'), createI18n('ru')];
  expect(reasonsOf(undefined, en)).toEqual([]);
  expect(reasonsOf({ by: 3, steps: 1 }, en)).toEqual(['Linked with what is open', '3 links lead here']);
  expect(reasonsOf({ by: 1, steps: 0 }, en)).toEqual(['1 link leads here']);
  expect(reasonsOf({ by: 21, steps: 2 }, ru)).toEqual(['Через одно связано с тем, что открыто', 'Сюда ведёт 21 ссылка']);
  expect(reasonsOf({ by: 3, steps: 0 }, ru)).toEqual(['Сюда ведут 3 ссылки']);
});
