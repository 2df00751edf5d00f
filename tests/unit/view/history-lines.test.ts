import '#view/kit/file-words.ts';
import '#view/kit/refusal-words.ts';
import { expect, test } from 'vitest';
import type { HistoryEntry } from '#os/api';
import { ERROR_WORDS, errorText, errorWords } from '#view/kit/error-words.ts';
import { historyLines } from '#view/kit/history-lines.ts';
import { createI18n, loadWords } from '#view/kit/i18n.tsx';

const entry = (what: string, before: HistoryEntry['before'], after: HistoryEntry['after'], part: Partial<HistoryEntry> = {}): HistoryEntry => ({
  stamp: '1', at: 1000, who: 'mira', kind: 'node.set', what, before, after, record: 'r1', ...part,
});

test('history: a creation is one line with its words, newest first; bookkeeping stays silent', () => {
  const later = { at: 2000, who: 'noor', record: 'r2' };
  const lines = historyLines([
    entry('type', null, 'chat/message@1'), entry('text', null, 'Forty pieces'), entry('mentions', null, ['x']),
    entry('text', 'Forty pieces', 'Fifty pieces', later), entry('edited', null, true, later),
  ]);
  expect(lines.map((line) => [line.who, line.act, line.record])).toEqual([['noor', 'changed', 'r2'], ['mira', 'created', 'r1']]);
  expect(lines[0]?.changes).toEqual([{ what: 'text', from: 'Forty pieces', to: 'Fifty pieces' }]);
  expect(lines[1]?.changes).toEqual([{ what: 'text', from: '', to: 'Forty pieces' }]);
});

test('history: reactions, links, deletion; an edge added twice and an equal value are no lines', () => {
  const edge = ['e', 'react/👍@1', 'a', 'b'];
  const lines = historyLines([
    entry('edge', null, edge, { at: 1 }), entry('edge', edge, edge, { at: 2 }), entry('edge', edge, null, { at: 3 }), entry('edge', null, ['e', 'links@1', 'a', 'b'], { at: 4 }),
    entry('deleted', false, true, { at: 5 }), entry('deleted', true, false, { at: 6 }), entry('title', 'a', 'a', { at: 7 }), entry('title', 'a', 'x'.repeat(900), { at: 8, record: null }),
  ]);
  expect(lines.map((line) => line.act + line.sign)).toEqual(['changed', 'restored', 'deleted', 'linkedlinks@1', 'unreacted👍', 'reacted👍']);
  expect(lines[0]?.changes[0]?.to).toHaveLength(401);
  expect(lines[0]?.record).toBeNull();
});

test('errors: words by code in both languages, else those of the place', async () => {
  await loadWords('ru');
  const [en, ru] = [createI18n('en').t, createI18n('ru').t];
  expect(errorText(en, { code: 'no-right' }, 'chat.failed')).toContain('Ask an admin');
  expect(errorText(ru, { code: 'no-right' }, 'chat.failed')).toContain('администратора');
  expect(errorText(en, new Error('x'), 'chat.failed')).toBe(en('chat.failed'));
  expect(errorWords(ru, { code: 'store-quota', message: 'English', safe: '', next: '' })).toBe('место в браузере кончилось');
  expect(errorWords(ru, null)).toBe('запись не удалась');
  for (const key of ERROR_WORDS.values()) expect([en(key), ru(key)].every((text) => text.length > 10)).toBe(true);
});
