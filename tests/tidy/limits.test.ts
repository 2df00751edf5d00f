import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { capsOf, LIMIT_FILES } from '#scripts/lib/limit-caps';
import { limitQuotes } from '#scripts/lib/limit-quotes';

const ROOT = join(import.meta.dirname, '..', '..');
const caps = LIMIT_FILES.flatMap(([file]) => capsOf(readFileSync(join(ROOT, file), 'utf8')));
const quotes = limitQuotes();

describe('tidy: limits (docs/LIMITS.md says how a test quotes one)', () => {
  test('every limits file is read, and no two limits have one name', () => {
    expect(LIMIT_FILES.filter(([file]) => capsOf(readFileSync(join(ROOT, file), 'utf8')).length === 0)).toEqual([]);
    expect(caps.length).toBeGreaterThan(200);
    expect(new Set(caps.map((cap) => cap.name)).size).toBe(caps.length);
  });

  test('every limit is quoted by a test that holds it', () => {
    expect(caps.map((cap) => cap.name).filter((name) => !quotes.has(name)).map((name) => `no test name says [limit ${name}]`)).toEqual([]);
  });

  test('every quote names a limit', () => {
    const known = new Set(caps.map((cap) => cap.name));
    expect([...quotes].filter(([name]) => !known.has(name)).map(([name, files]) => `[limit ${name}] in ${files.join(', ')} names no limit`)).toEqual([]);
  });
});
