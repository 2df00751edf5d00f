/** Presses and keys that would be lost. A function given to a state setter may run after its event was handed out: React has taken `currentTarget` from it by then, and a press opens nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const VIEW = join(import.meta.dirname, '..', '..', 'src', 'view');
const SETTER = /\bset[A-Z]\w*\((?=\(?\w*\)?\s*=>)/g;
const LATE = /\b(?:e|ev|event)\.(?:currentTarget|target|nativeEvent)\b/;

/** What stands from here to the bracket that closes the call. */
function argumentsAt(text: string, from: number): string {
  let depth = 1;
  let at = from;
  while (depth > 0 && at < text.length) {
    const char = text[at++];
    if (char === '(') depth++;
    else if (char === ')') depth--;
  }
  return text.slice(from, at);
}

/** Lines of a source in which a function given to `setX(…)` reads an event from outside of it. */
const lateReads = (text: string): number[] => [...text.matchAll(SETTER)].filter(({ 0: call, index }) => LATE.test(argumentsAt(text, index + call.length))).map(({ index }) => text.slice(0, index).split('\n').length);

test('no state updater reads its event late', () => {
  expect(lateReads('const open = (event) => setAnchor((before) => (before ? null : event.currentTarget));')).toEqual([1]);
  expect(lateReads('const open = ({ currentTarget }) => setAnchor((before) => (before ? null : currentTarget));')).toEqual([]);
  const files = readdirSync(VIEW, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tsx'));
  expect(files.length).toBeGreaterThan(50);
  expect(files.flatMap((name) => lateReads(readFileSync(join(VIEW, name), 'utf8')).map((line) => `${name}:${line}`))).toEqual([]);
});

test('no focus is given a frame late', () => {
  // Keys that come before the frame go nowhere, or to what had the focus before (a table lost the first word typed behind its menu).
  const late = (text: string): boolean => /requestAnimationFrame\([^;]*focus\(/.test(text);
  expect(late('requestAnimationFrame(() => field.current?.focus());')).toBe(true);
  expect(late('requestAnimationFrame(() => {\n  field.current?.focus();')).toBe(true);
  const files = readdirSync(VIEW, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
  expect(files.filter((name) => late(readFileSync(join(VIEW, name), 'utf8')))).toEqual([]);
});
