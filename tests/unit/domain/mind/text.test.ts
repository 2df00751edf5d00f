/** What is told of texts by words alone: kinds of messages with reasons, tasks, names, topics, likeness; in both languages, and for whatever text comes. */
import { describe, expect, test } from 'vitest';
import { byWords, classify, cutSentences, DIMENSIONS, findEntities, findTasks, keywordsOf, likeness, sharedWords, spellingOf, titleOf, topicsOf, TOPIC_TEXTS, weighTexts } from '#domain/mind/text';
import { MIND_LIMITS } from '#domain/shared';
import { measure, qualityPage } from '#scripts/lib/mind-quality';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHANNELS, PEOPLE, TODAY } from '#tests/quality/texts';

const kind = (text: string): string => classify(text, TODAY).kind;

describe('{K4} kinds of messages', () => {
  test('a request is a task, a doubt a question; what is over is news; each has the words that say so', () => {
    expect([kind('Could you send the map?'), kind('Should we send the map?'), kind('I have sent the map.'), kind('Let’s go with the map.')]).toEqual(['task', 'question', 'info', 'decision']);
    expect([kind('We have measured the river.'), kind('We have to measure the river.'), kind('A step must be an inner loop.'), kind('A step must be checked.')], 'what was done is not to be done').toEqual(['info', 'task', 'info', 'task']);
    expect([kind("Let's go with the map."), kind('Решили взять карту.'), kind('Можешь прислать карту?'), kind('Стоит ли слать карту?')]).toEqual(['decision', 'decision', 'task', 'question']);
    expect(classify('Please send the map by Friday.', TODAY).why).toEqual(['please:Please send', 'does:Please send', 'day:2027-05-21']);
    expect(classify('', TODAY)).toEqual({ kind: 'info', why: [] });
  });
});

describe('{K4} texts that are made to be slow', () => {
  test('rows of signs and of dashes are read once', () => {
    const from = performance.now();
    expect(cutSentences(`${'.'.repeat(60_000)}x`)).toHaveLength(Math.ceil(60_001 / MIND_LIMITS.sentenceUnits));
    expect(classify(`${'-'.repeat(60_000)}x`, TODAY).kind).toBe('info');
    expect(performance.now() - from).toBeLessThan(1_500);
    // The control: what they are for is found as before.
    expect([cutSentences('Well... it (is.) Yes!').map(({ text }) => text), kind('- Anna-Maria, send the map')]).toEqual([['Well...', 'it (is.)', 'Yes!'], 'task']);
  });
});

describe('{K4} tasks in texts', () => {
  test('{C1} a task has a title of its own words, its day, and who is spoken to; a promise is of who makes it', () => {
    const [first, second, ...rest] = findTasks('Thanks! Boris, please order ten gaskets by Friday. I will call Davit.', { by: 'u-anna', people: PEOPLE, today: TODAY });
    expect(first).toMatchObject({ title: 'Boris, please order ten gaskets', day: '2027-05-21', person: 'u-boris' });
    expect(second).toMatchObject({ title: 'Call Davit', person: 'u-anna', day: null });
    expect(rest).toEqual([]);
    expect(titleOf('- [ ] нужно заказать насос до 3 июня!', TODAY)).toBe('Заказать насос');
  });
});

describe('{K4} names and figures', () => {
  test('people whatever their ending, days as days, nothing twice; a name in a link is no name', () => {
    const found = findEntities('Передай Борису 3 июня: https://reka.example/Karta и 40 евро.', PEOPLE, TODAY);
    expect(found.map(({ kind: one, text, value }) => [one, text, value])).toEqual([['person', 'Борису', 'u-борис'], ['day', '3 июня', '2027-06-03'], ['link', 'https://reka.example/Karta', null], ['money', '40 евро', null]]);
    expect(findEntities('9'.repeat(2_000), [], TODAY)).toEqual([]);
  });
});

describe('{K4} likeness and topics', () => {
  test('shared words count by how rare they are; a misspelt word is like the right one, a synonym is not', () => {
    const [a, b, c, d] = weighTexts(['the gasket of the sensor leaks', 'leaking gaskets', 'a boat on the river', 'gaskte']);
    expect(byWords(a!, b!)).toBeGreaterThan(0.3);
    expect(byWords(a!, c!)).toBe(0);
    expect(byWords(a!, d!)).toBe(0);
    expect(likeness(a!, d!)).toBeGreaterThan(likeness(c!, d!));
    expect(sharedWords(a!, b!)).toEqual(expect.arrayContaining(['gasket', 'leak']));
    expect(spellingOf('automobile').every((x) => Number.isFinite(x))).toBe(true);
    expect(spellingOf('')).toEqual(new Float32Array(DIMENSIONS));
  });

  test('messages of one topic stand together in their order, with its words; of very many the newest are grouped', () => {
    const topics = topicsOf(CHANNELS[0]!.map(([, text]) => text));
    expect(topics.length).toBeGreaterThan(2);
    for (const { texts, words } of topics) {
      expect([...texts].sort((a, b) => a - b)).toEqual(texts);
      expect(words.length).toBeGreaterThan(0);
    }
    const many = topicsOf([...Array.from({ length: 5 }, () => 'old pump'), ...Array.from({ length: TOPIC_TEXTS }, (_, n) => `pipe ${n % 7}`)]);
    expect(Math.min(...many.flatMap(({ texts }) => texts))).toBeGreaterThanOrEqual(5);
    expect(keywordsOf([], 5)).toEqual([]);
  });
});

describe('{K4} quality', () => {
  test('what is used is better than the plain way on every set, and docs/QUALITY.md says the figures of today', async () => {
    for (const { what, ours, plain } of await measure()) expect(ours, what).toBeGreaterThan(plain);
    expect(readFileSync(join(import.meta.dirname, '../../../../docs/QUALITY.md'), 'utf8')).toBe(await qualityPage());
  });
});
