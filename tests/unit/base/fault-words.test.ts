import { expect, test } from 'vitest';
import { AppError } from '#base/app-error';
import { faultWords, nameOfFault } from '#base/fault-words';

const CANARY = 'canary-bird';

/** What was thrown by it. */
function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

test('a fault is told by its kind and its place, never by its message: engines quote in it what they were given', () => {
  const parse = thrown(() => JSON.parse(`["${CANARY}", oops`));
  expect(String(parse), 'control: the engine does quote').toContain(CANARY);
  expect(faultWords(parse)).toMatch(/^SyntaxError fault-words\.test\.ts:\d+:\d+/);
  const many = new TypeError(`one\n    at ${CANARY} (${CANARY}.js:1:2)\ntwo`);
  expect(faultWords(many)).toMatch(/^TypeError fault-words\.test\.ts:/);
  const rest = [parse, many, new Error(CANARY), CANARY, { message: CANARY, name: `${CANARY} said`, code: `${CANARY}!` }, Object.assign(new Error('x'), { name: 'E', stack: `at https://${CANARY}/a.js?v=1:3:4` })];
  expect(rest.map(faultWords).filter((words) => words.includes(CANARY))).toEqual([]);
  expect(faultWords(rest[5])).toBe('E a.js:3:4');
});

test('names, codes and reasons of our own errors stay', () => {
  expect(faultWords(new AppError('store-closed', CANARY))).toMatch(/^AppError store-closed fault-words/);
  expect(faultWords(Object.assign(new Error(CANARY), { name: 'StoreError', reason: 'quota', stack: '' }))).toBe('StoreError quota');
  expect([faultWords('x'), faultWords(null), faultWords(3)]).toEqual(['a thrown string', 'a thrown object', 'a thrown number']);
  expect(['Uncaught SyntaxError: "x" is not', 'RangeError', 'x TypeError: y', 'DataCloneError: z', ''].map(nameOfFault)).toEqual(['SyntaxError', 'RangeError', 'Error', 'DataCloneError', 'Error']);
});
