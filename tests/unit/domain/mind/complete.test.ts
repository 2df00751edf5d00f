/** How a line could go on by the words of its page. */
import { expect, test } from 'vitest';
import { begunIn, completionsOf, plainCompletion } from '#domain/mind/complete';

const PAGE = ['Every station is compared with the reference gauge.', 'Read the reference gauge twice.', 'The reference gauge is cleaned before a Calibration.', 'Каждую станцию сравнивают с эталонной рейкой.', 'Смотрите на эталонную рейку дважды.'];
const shown = (before: string, texts: readonly string[] = PAGE): string[] => completionsOf(before, texts).map((one) => one.shown);

test('{C3} a word that is begun is ended as the page writes it, what stood behind the word before it first; what always follows comes with it', () => {
  expect(shown('Look at the re')[0]).toBe('reference gauge');
  expect(completionsOf('Look at the re', PAGE)[0]!.insert).toBe('ference gauge');
  expect(shown('a cali')[0]).toBe('calibration');
  expect(shown('с эта')[0]).toBe('эталонной');
  expect(shown('на эта')[0]).toBe('эталонную');
});

test('behind a word and a space come the words that stood there; behind nothing, a full stop, or what the page does not know nothing comes', () => {
  expect(shown('Clean the reference ')[0]).toBe('gauge');
  for (const nothing of [shown(''), shown('. '), shown('zzz'), shown('unknown '), shown('re', []), shown('reference gauge')]) expect(nothing).toEqual([]);
  // Behind a comma nothing is said of what follows a word.
  expect(shown('reference, ')).toEqual([]);
});

test('the same each time, few of them, and a megabyte of one word or of signs is read in time', () => {
  expect(shown('s')).toEqual(shown('s'));
  expect(completionsOf('w', [Array.from({ length: 90 }, (_, n) => `word${n}x`).join(' ')])).toHaveLength(5);
  completionsOf('w', ['w'.repeat(1_000_000)]);
  completionsOf('wo', ['word '.repeat(200_000)]);
  completionsOf(`${'-'.repeat(500_000)}w`, ['a-'.repeat(500_000)]);
  // A run without a space before the word that is begun: 50,000 letters once took eight seconds.
  expect(shown(`${'x'.repeat(500_000)} refer`)[0]).toBe('reference gauge');
  expect([begunIn('Look at the re'), begunIn(`${'x'.repeat(500_000)}-re`).length, begunIn('')]).toEqual(['re', 200, '']);
  expect([plainCompletion('re', PAGE), plainCompletion('zz', PAGE)]).toEqual(['reference', null]);
});
