/** Measures what can be told of texts by words alone on the labelled sets of tests/quality, beside what anybody would try first. */
import {
  byWords, classify, findEntities, findTasks, keywordsOf, leadOf, likeness, linesFor, MESSAGE_KINDS, plainClass, partsOf, plainEntities, plainKeywords, plainLikeness, plainParts, plainQuestions, plainTasks, questionsOf, sentencesOf, stemsOf, summaryOf, topicsOf, weighTexts, type MessageKind,
} from '#domain/mind/text';
import { completionsOf, plainCompletion } from '#domain/mind/complete';
import { CHANNELS_HELD, TOLD_HELD } from '#tests/quality/held';
import { MESSAGES } from '#tests/quality/messages';
import { ASKABLE, PARTED } from '#tests/quality/pages';
import { CHANNELS, NAMED, NOTES, PEOPLE, TODAY, TOLD, type Told } from '#tests/quality/texts';
import { mean, ndcg, type Figure } from './figure.ts';
import { lessonFigures } from './lesson-quality.ts';
import { searchFigures, type SearchFigure } from './search-quality.ts';

const f1 = (hit: number, found: number, wanted: number): number => (hit === 0 ? 0 : (2 * hit) / (found + wanted));

/** Of every two of a kind the second: not looked at while the rules were made. */
const held = <T>(list: readonly T[]): T[] => list.filter((_, at) => at % 2 === 1);

function macroF1(messages: readonly { kind: MessageKind; text: string }[], tell: (text: string) => MessageKind): number {
  const told = messages.map(({ text }) => tell(text));
  return mean(MESSAGE_KINDS.map((kind) => f1(messages.filter((one, at) => one.kind === kind && told[at] === kind).length, told.filter((one) => one === kind).length, messages.filter((one) => one.kind === kind).length)));
}

function classes(): Figure[] {
  const ours = (text: string): MessageKind => classify(text, TODAY).kind;
  return ([['all', 'half', MESSAGES], ['held out', 'none', held(MESSAGES)]] as const).map(([name, seen, list]) => ({ what: `Kinds of messages, ${name}`, seen, measure: 'macro F1', n: list.length, ours: macroF1(list, ours), plain: macroF1(list, plainClass), plainIs: 'a question mark, three words' }));
}

function tasks(): Figure[] {
  let [hit, found, wanted, plainHit, plainFound, days, dayHit] = [0, 0, 0, 0, 0, 0, 0];
  for (const { text, tasks: labelled } of NOTES) {
    const ours = findTasks(text, { by: null, people: PEOPLE, today: TODAY });
    const plain = plainTasks(text);
    const sentence = (at: number): string => labelled.find(([one]) => text.startsWith(one, at))?.[0] ?? '';
    wanted += labelled.length;
    found += ours.length;
    plainFound += plain.length;
    hit += ours.filter(({ at }) => sentence(at) !== '').length;
    plainHit += plain.filter((one) => labelled.some(([label]) => label === one)).length;
    for (const [label, day] of labelled) {
      if (day === null) continue;
      days++;
      if (ours.some((one) => sentence(one.at) === label && one.day === day)) dayHit++;
    }
  }
  return [
    { what: 'Tasks in notes', seen: 'all', measure: 'F1', n: wanted, ours: f1(hit, found, wanted), plain: f1(plainHit, plainFound, wanted), plainIs: 'sentences with one of seven words' },
    { what: 'The day of a task', seen: 'all', measure: 'found', n: days, ours: dayHit / days, plain: NOTES.flatMap(({ tasks: list }) => list).filter(([text, day]) => day !== null && text.includes(day)).length / days, plainIs: 'written as 2027-06-01' },
  ];
}

function entities(): Figure[] {
  let [hit, found, wanted, plainHit, plainFound] = [0, 0, 0, 0, 0];
  for (const { text, named } of NAMED) {
    const keys = named.map(([kind, words]) => `${kind} ${words}`);
    const ours = findEntities(text, PEOPLE, TODAY).map((one) => `${one.kind} ${one.text}`);
    const plain = plainEntities(text).map((one) => `${one.kind} ${one.text}`);
    wanted += keys.length;
    found += ours.length;
    plainFound += plain.length;
    hit += ours.filter((one) => keys.includes(one)).length;
    plainHit += plain.filter((one) => keys.includes(one)).length;
  }
  return [{ what: 'Names and figures', seen: 'all', measure: 'F1', n: wanted, ours: f1(hit, found, wanted), plain: f1(plainHit, plainFound, wanted), plainIs: 'capitals, digits, @, http' }];
}

/** ROUGE-1 over stems that say something. */
function rouge(told: string, by: string): number {
  const [a, b] = [stemsOf(told), new Set(stemsOf(by))];
  return f1(a.filter((stem) => b.has(stem)).length, a.length, b.size);
}

/** A set that was looked at, and one of other texts that was not. */
const twice = <T>(ours: T, heldOut: T) => [[', looked at', 'all', ours], [', held out', 'none', heldOut]] as const;

const summaryFigure = (what: string, seen: Figure['seen'], list: readonly Told[]): Figure => {
  const made = (pick: typeof summaryOf): number => mean(list.map(({ texts, summary }) => {
    const sentences = sentencesOf(texts);
    return rouge(pick(sentences, linesFor(sentences.length)).map(({ text }) => text).join(' '), summary);
  }));
  return { what, seen, measure: 'ROUGE-1 F1 over stems', n: list.length, ours: made(summaryOf), plain: made(leadOf), plainIs: 'the first sentences' };
};

function words(name: string, seen: Figure['seen'], list: readonly Told[]): Figure {
  const share = (found: readonly string[], wanted: readonly string[]): number => {
    const stems = new Set(wanted.flatMap(stemsOf));
    return f1(found.filter((one) => stemsOf(one).some((stem) => stems.has(stem))).length, found.length, wanted.length);
  };
  return { what: `Words a text is about${name}`, seen, measure: 'F1 of 5', n: list.length, ours: mean(list.map((one) => share(keywordsOf(one.texts, 5), one.words))), plain: mean(list.map((one) => share(plainKeywords(one.texts, 5), one.words))), plainIs: 'the words that stand most often' };
}

/** F1 over pairs of messages that stand in one topic. */
function pairs(labels: readonly string[], groupOf: readonly (number | string)[]): number {
  let [hit, found, wanted] = [0, 0, 0];
  for (let a = 0; a < labels.length; a++) {
    for (let b = a + 1; b < labels.length; b++) {
      const [same, together] = [labels[a] === labels[b], groupOf[a] === groupOf[b]];
      wanted += Number(same);
      found += Number(together);
      hit += Number(same && together);
    }
  }
  return f1(hit, found, wanted);
}

function topics(name: string, seen: Figure['seen'], channels: typeof CHANNELS): Figure {
  const ours = channels.map((channel) => {
    const groups = topicsOf(channel.map(([, text]) => text));
    return pairs(channel.map(([topic]) => topic), channel.map((_, at) => { const group = groups.findIndex((one) => one.texts.includes(at)); return group < 0 ? `alone ${at}` : group; }));
  });
  return { what: `Topics of a channel${name}`, seen, measure: 'F1 of pairs', n: channels.length, ours: mean(ours), plain: mean(channels.map((channel) => pairs(channel.map(([topic]) => topic), channel.map(() => 'one')))), plainIs: 'all in one topic' };
}

/** Each message of a channel asks for those of its topic among all others. */
function relatedBy(channels: typeof CHANNELS, score: (channel: readonly string[]) => (a: number, b: number) => number): number {
  return mean(channels.flatMap((channel) => {
    const by = score(channel.map(([, text]) => text));
    return channel.map(([topic], at) => {
      const others = channel.map((_, other) => other).filter((other) => other !== at).sort((a, b) => by(at, b) - by(at, a) || a - b);
      return ndcg(others.map((other) => channel[other]![0] === topic), channel.filter(([one]) => one === topic).length - 1);
    });
  }));
}

function related(name: string, seen: Figure['seen'], channels: typeof CHANNELS): Figure {
  const weighed = (like: typeof likeness) => (texts: readonly string[]) => {
    const all = weighTexts(texts);
    return (a: number, b: number): number => like(all[a]!, all[b]!);
  };
  return { what: `Related things${name}`, seen, measure: 'nDCG@10', n: channels.flat().length, ours: relatedBy(channels, weighed(likeness)), plain: relatedBy(channels, (texts) => (a, b) => plainLikeness(texts[a]!, texts[b]!)), plainIs: 'how many words are shared' };
}

/** Where a page passes to another subject: a boundary counts where it stands, and nowhere beside. */
function parts(name: string, seen: Figure['seen'], pages: typeof PARTED): Figure {
  const score = (tell: (texts: readonly string[]) => readonly number[]): number => {
    let [hit, found, wanted] = [0, 0, 0];
    for (const page of pages) {
      const right = page.slice(0, -1).reduce<number[]>((ends, part) => [...ends, (ends.at(-1) ?? 0) + part.length], []);
      const told = tell(page.flat());
      hit += told.filter((place) => right.includes(place)).length;
      [found, wanted] = [found + told.length, wanted + right.length];
    }
    return f1(hit, found, wanted);
  };
  return { what: `Parts of a page, ${name}`, seen, measure: 'F1 of boundaries', n: pages.reduce((sum, page) => sum + page.length - 1, 0), ours: score(partsOf), plain: score((texts) => plainParts(texts)), plainIs: 'every three paragraphs' };
}

/** Of what was asked, how much is worth it; and of the paragraphs with something worth asking, how many are asked about. */
function questions(name: string, seen: Figure['seen'], pages: typeof ASKABLE): Figure {
  const score = (tell: (texts: readonly string[]) => readonly { readonly answer: string; readonly source: number }[]): number => {
    let [good, all, covered, wanted] = [0, 0, 0, 0];
    for (const page of pages) {
      const told = tell(page.map(([text]) => text));
      const right = told.filter(({ answer, source }) => page[source]![1].some((one) => one.toLowerCase() === answer.toLowerCase()));
      [good, all] = [good + right.length, all + told.length];
      [covered, wanted] = [covered + new Set(right.map(({ source }) => source)).size, wanted + page.filter(([, answers]) => answers.length > 0).length];
    }
    const [precision, recall] = [good / Math.max(1, all), covered / wanted];
    return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  };
  return { what: `Questions of a page, ${name}`, seen, measure: 'F1', n: pages.reduce((sum, page) => sum + page.length, 0), ours: score(questionsOf), plain: score(plainQuestions), plainIs: 'the longest word of a paragraph' };
}

/** Of the words of a page's last third that have six letters and stood there before in some form: the whole word first, when two letters of it are written. */
function completions(): Figure {
  const pages = [...TOLD.filter(({ kind }) => kind === 'document').map(({ texts }) => texts), ...PARTED.map((page) => page.flat())];
  let [n, right, plain] = [0, 0, 0];
  for (const page of pages) {
    for (let at = Math.floor((page.length * 2) / 3); at < page.length; at++) {
      const before = page.slice(0, at);
      for (const { 0: word, index } of page[at]!.matchAll(/[\p{L}]{6,}/gu)) {
        const texts = [...before, page[at]!.slice(0, index)];
        if (!texts.join(' ').toLowerCase().includes(word.toLowerCase())) continue;
        n++;
        const begun = word.slice(0, 2);
        if (completionsOf(page[at]!.slice(0, index + 2), texts)[0]?.shown.split(' ')[0] === word) right++;
        if (plainCompletion(begun, texts) === word) plain++;
      }
    }
  }
  return { what: 'Completing a word', seen: 'all', measure: 'right at first', n, ours: right / n, plain: plain / n, plainIs: 'the word used last' };
}

/** The order of the search: one for all questions, since nobody says of which kind theirs is. */
async function found(): Promise<Figure> {
  const [{ n, both, words: alone }] = (await searchFigures()) as [SearchFigure];
  return { what: 'Search', seen: 'all', measure: 'nDCG@10', n, ours: both, plain: alone, plainIs: 'words alone, without vectors' };
}

/** All figures, in the order they are told. */
export const measure = async (): Promise<Figure[]> => {
  const [told, channels] = [twice(TOLD, TOLD_HELD), twice(CHANNELS, CHANNELS_HELD)];
  return [
    ...classes(), ...tasks(), ...entities(),
    ...(['thread', 'document'] as const).flatMap((kind) => told.map(([name, seen, list]) => summaryFigure(`Summary of a ${kind === 'thread' ? 'thread' : 'page'}${name}`, seen, list.filter((one) => one.kind === kind)))),
    ...told.map(([name, seen, list]) => words(name, seen, list)), ...channels.map(([name, seen, list]) => topics(name, seen, list)), ...channels.map(([name, seen, list]) => related(name, seen, list)),
    ...([['all', 'half', PARTED], ['held out', 'none', held(PARTED)]] as const).map(([name, seen, pages]) => parts(name, seen, pages)), ...([['all', 'half', ASKABLE], ['held out', 'none', held(ASKABLE)]] as const).map(([name, seen, pages]) => questions(name, seen, pages)),
    completions(), ...lessonFigures(), await found(),
  ];
};

/** Of shared words alone: what spelling adds. */
const relatedByWords = (channels: typeof CHANNELS): number => relatedBy(channels, (texts) => {
  const all = weighTexts(texts);
  return (a, b) => byWords(all[a]!, all[b]!);
});

const round = (n: number): string => n.toFixed(2);

/** docs/QUALITY.md. */
export async function qualityPage(): Promise<string> {
  const rows = (await measure()).map(({ what, seen, measure: by, n, ours, plain, plainIs }) => `| ${what} | ${n} | ${seen} | ${by} | ${round(ours)} | ${round(plain)} | ${plainIs} | ${ours > plain ? 'ours' : 'the plain one'} |`);
  const kinds = (await searchFigures()).map(({ how, n, both, words: alone, any }) => `| ${how} | ${n} | ${round(both)} | ${round(alone)} | ${round(any)} |`);
  return `# Quality of what is told by words alone

Written by \`npm run quality\`; a test fails when it is not current. The sets were written for this project (\`tests/quality\`), English and Russian, by the same hand as the rules: they are small, and the figures say whether something works and what it is better than, not how it does on other texts.
*Seen* says what of a set was looked at while the rules were made: *all* of it (tasks, days, names and figures, completing a word and the search have no texts that were not, so their figures say least), *half*, where of every two texts the second was not, or *none*: those second ones alone, and texts about other things that were written when the rules stood (\`tests/quality/held.ts\`). Where ours is not better than the plain way, the plain way is what is used.

| What | n | Seen | Measure | Ours | Plain | The plain way | Used |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}

Related things by shared words alone, without spelling: ${round(relatedByWords(CHANNELS))} of those that were looked at, ${round(relatedByWords(CHANNELS_HELD))} of those held out. Likeness is of words and their spelling, never of meaning.

## Search

Questions to the search (\`tests/quality/asked.ts\`) among all texts of the other sets, nDCG@10: as it answers, by words and vectors in one order; by the words alone; and by any word of the question with the library that is below (its stems, no beginnings, no slips).
Nobody says of which kind a question is, so one order answers all; it is that of words and vectors because it is better over all and worse on none.

| Questions | n | Words and vectors | Words alone | Any word |
|---|---|---|---|---|
${kinds.join('\n')}
`;
}
