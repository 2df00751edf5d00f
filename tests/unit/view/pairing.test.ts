/** A pairing as both screens show it: each step with what is done and what is left of its ten minutes, each end with its reason and the way to begin anew. */
import { createElement as h } from 'react';
import { prerender } from 'react-dom/static';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { PairingView } from '#os/api';
import { fakeKernel } from '#tests/support/fake-kernel';
import { createI18n, I18nProvider, loadWords, type Key } from '#view/kit/i18n.tsx';
import { KernelProvider } from '#view/kit/kernel.tsx';
import { PairingSteps } from '#view/kit/pairing.tsx';

const NOW = Date.UTC(2026, 4, 6, 7, 8);
const LANGS = ['en', 'ru'] as const;
const view = (more: Partial<PairingView>): PairingView => ({ role: 'host', code: '7K3MQ0XW2U', link: '#/pair/AAAA', step: 'meet', reason: null, words: null, yes: { mine: false, other: false }, until: NOW + 545_000, online: true, ...more });

async function drawn(shown: PairingView, lang: (typeof LANGS)[number] = 'en'): Promise<{ text: string; buttons: string[] }> {
  const steps = h(PairingSteps, { view: shown, onAgain: () => undefined, onClose: () => undefined });
  const { prelude } = await prerender(h(KernelProvider, { api: fakeKernel('seeded'), children: h(I18nProvider, { lang, children: steps }) }));
  const html = (await new Response(prelude).text()).replaceAll('<!-- -->', '');
  const plain = (part: string): string => part.replace(/<[^>]*>/g, ' ').replaceAll('&#x27;', "'").replace(/\s+/g, ' ').trim();
  return { text: plain(html), buttons: [...html.matchAll(/<button[^>]*>(.*?)<\/button>/gs)].map((match) => plain(match[1]!)) };
}

beforeAll(() => loadWords('ru'));
beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
  vi.stubGlobal('location', { href: 'https://x.org/#/' });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test.each(LANGS)('{K7} every step says what is left of the ten minutes, and can be stopped (%s)', async (lang) => {
  const { t } = createI18n(lang);
  for (const role of ['host', 'guest'] as const) {
    for (const step of ['meet', 'compare', 'adding'] as const) {
      const { text, buttons } = await drawn(view({ role, step, words: step === 'compare' ? ['anchor', 'orchard', 'seven', 'tide'] : null }), lang);
      expect(text, `${role} ${step}`).toContain(t('pair.left', { time: '9:05' }));
      expect(text, `${role} ${step}`).toContain(t('join.isRunning'));
      expect(buttons, `${role} ${step}`).toContain(t('pair.stop'));
    }
  }
  // Without a server the step that waits says for what.
  expect((await drawn(view({ online: false }), lang)).text).toContain(t('join.noServer'));
  expect((await drawn(view({ step: 'done' }), lang)).buttons).toEqual([t('act.close')]);
});

test('{K7} the clock of a step runs down, and stands at nothing when it is over', async () => {
  const left = async (at: number): Promise<string> => {
    vi.setSystemTime(at);
    return /\d+:\d\d/.exec((await drawn(view({ step: 'compare' }))).text)?.[0] ?? '';
  };
  expect([await left(NOW), await left(NOW + 60_000), await left(NOW + 545_000), await left(NOW + 900_000)]).toEqual(['9:05', '8:05', '0:00', '0:00']);
});

const REASONS: Record<NonNullable<PairingView['reason']>, Key> = { 'no': 'pair.no', 'other-no': 'pair.otherNo', 'given-up': 'pair.givenUp', 'timeout': 'pair.timeout', 'taken': 'pair.takenBy', 'lost': 'pair.lost', 'bad': 'pair.bad' };

test.each(LANGS)('{K7} ended, for whatever reason, both screens say which and offer to try again; nothing runs there any more (%s)', async (lang) => {
  const { t } = createI18n(lang);
  const said = [];
  for (const [reason, key] of Object.entries(REASONS)) {
    for (const role of ['host', 'guest'] as const) {
      const { text, buttons } = await drawn(view({ role, step: 'ended', reason: reason as PairingView['reason'] }), lang);
      expect(text, reason).toContain(t(key));
      expect(text, reason).not.toMatch(/\d:\d\d/);
      expect(buttons, reason).toEqual([t(role === 'host' ? 'pair.newCode' : 'pair.again'), t('act.close')]);
    }
    said.push(t(key));
  }
  expect(new Set(said).size).toBe(said.length);
});
