import { expect, test } from 'vitest';
import { askedIn } from '#domain/learn/outline';
import { askedOf, heldOut, scoreOf } from '#scripts/lib/lesson-quality';
import { LESSONS_EN, LESSONS_RU } from '#tests/quality/lessons';

test.each([['English', LESSONS_EN], ['Russian', LESSONS_RU]])('{C6} of labelled prose (%s) nearly all that a teacher would ask is asked, and little else; what was not looked at while the rules were made is as good', (_name, list) => {
  for (const part of [list, heldOut(list)]) {
    const { made, right, wanted, wrong } = scoreOf(part);
    expect([right / made, wrong], 'asked rightly, of all that is asked').toEqual([expect.toSatisfy((share: number) => share >= 0.85), expect.anything()]);
    expect([right / wanted, wrong], 'asked, of all that is to be asked').toEqual([expect.toSatisfy((share: number) => share >= 0.85), expect.anything()]);
  }
  // The control: words that are drawn by their place are none of these.
  const first = scoreOf(list, (sentence) => sentence.split(' ')[0]!);
  expect(first.right / first.made).toBeLessThan(0.4);
});

test('{C6} the gap stands where the words were found, also when they stand there before; nothing is asked of what names nobody, is denied, or only says how it is found', () => {
  expect(askedIn('A post that carries a box is called a carrier.')).toEqual({ rule: 'definition', words: 'carrier', at: 38 });
  expect(askedIn('The post of a gauge is used for the box that is called the gauge.')).toEqual({ rule: 'definition', words: 'gauge', at: 59 });
  expect(askedIn('Pairs of the United Nations (UN) came.')).toEqual({ rule: 'name', words: 'UN', at: 29 });
  for (const nothing of ['This is called the footing.', 'Это называется подъёмом состояния вверх.', 'Список не является состоянием, которое хранят.', 'Traffic shaping is a particularly good fit for lines that are slow.', 'Is a gland a part that is used for cables?', 'Every table has two figures, see page 4.', 'The United Nations (NATO) came.']) expect(askedOf(nothing), nothing).toBeNull();
  // As long as a sentence may be: no form goes back over it again and again.
  const from = performance.now();
  for (const word of ['a ', 'является ', 'is the ', 'A B ', '– ', '(']) askedIn(word.repeat(150));
  expect(performance.now() - from).toBeLessThan(2_000);
});
