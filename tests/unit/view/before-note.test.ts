/** What is not there for somebody who came later says since when and why, and says nothing where nothing is missing (HIST3). */
import { createElement as h, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, describe, expect, test } from 'vitest';
import { fakeKernel } from '#tests/support/fake-kernel';
import { isBefore } from '#view/kit/before.ts';
import { BeforeNote } from '#view/kit/before-note.tsx';
import { createI18n, I18nProvider, loadWords } from '#view/kit/i18n.tsx';
import { KernelProvider } from '#view/kit/kernel.tsx';

const SINCE = Date.UTC(2026, 4, 6, 7, 8);
const drawn = (node: ReactNode, lang: 'en' | 'ru' = 'en'): string => renderToStaticMarkup(h(KernelProvider, { api: fakeKernel('seeded'), children: h(I18nProvider, { lang, children: node }) })).replace(/<[^>]*>/g, '');

beforeAll(() => loadWords('ru'));

describe('{C7} from their coming on', () => {
  test('[HIST3] a place of before says the moment and the rule, one that was made since says nothing, nor does any to who was there', () => {
    for (const lang of ['en', 'ru'] as const) {
      const said = drawn(h(BeforeNote, { space: { since: SINCE }, created: SINCE - 1 }), lang);
      expect(said).toContain(createI18n(lang).moment(SINCE));
      expect(said).toMatch(lang === 'en' ? /the rule of this space/ : /правило этого пространства/);
    }
    expect(drawn(h(BeforeNote, { space: { since: SINCE }, created: SINCE }))).toBe('');
    expect(drawn(h(BeforeNote, { space: {}, created: 0 }))).toBe('');
    expect([isBefore({ since: SINCE }, 0), isBefore({ since: SINCE }, SINCE + 1), isBefore({}, 0)]).toEqual([true, false, false]);
  });

  test('[HIST3] acts say their own words', () => {
    expect(drawn(h(BeforeNote, { space: { since: SINCE }, created: 0, says: 'before.acts' }))).not.toBe(drawn(h(BeforeNote, { space: { since: SINCE }, created: 0 })));
  });
});
