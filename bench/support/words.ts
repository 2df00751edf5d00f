/**
 * The operation mix of the wire figures: `chat/message.send@1`, a random id of 16, a text of 4–11 real words and a number, a time.
 * Words are drawn one by one out of two real texts in the public domain (Carroll, "Alice's Adventures in Wonderland"; Tolstoy, "Anna
 * Karenina"), so they have the frequencies of the language but no sentence repeats. Every second record is Russian.
 */
import type { Op } from '#os/api';

const ENGLISH = `Alice was beginning to get very tired of sitting by her sister on the bank, and of having nothing to do: once or twice she had
peeped into the book her sister was reading, but it had no pictures or conversations in it, and what is the use of a book, thought Alice,
without pictures or conversations? So she was considering in her own mind, as well as she could, for the hot day made her feel very sleepy
and stupid, whether the pleasure of making a daisy-chain would be worth the trouble of getting up and picking the daisies, when suddenly a
White Rabbit with pink eyes ran close by her. There was nothing so very remarkable in that; nor did Alice think it so very much out of the
way to hear the Rabbit say to itself, Oh dear! Oh dear! I shall be late! But when the Rabbit actually took a watch out of its
waistcoat-pocket, and looked at it, and then hurried on, Alice started to her feet, for it flashed across her mind that she had never before
seen a rabbit with either a waistcoat-pocket, or a watch to take out of it, and burning with curiosity, she ran across the field after it,
and fortunately was just in time to see it pop down a large rabbit-hole under the hedge. In another moment down went Alice after it, never
once considering how in the world she was to get out again. The rabbit-hole went straight on like a tunnel for some way, and then dipped
suddenly down, so suddenly that Alice had not a moment to think about stopping herself before she found herself falling down a very deep
well. Either the well was very deep, or she fell very slowly, for she had plenty of time as she went down to look about her and to wonder
what was going to happen next.`;

const RUSSIAN = `Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему. Все смешалось в доме Облонских.
Жена узнала, что муж был в связи с бывшею в их доме француженкою-гувернанткой, и объявила мужу, что не может жить с ним в одном доме.
Положение это продолжалось уже третий день и мучительно чувствовалось и самими супругами, и всеми членами семьи, и домочадцами. Все члены
семьи и домочадцы чувствовали, что нет смысла в их сожительстве и что на каждом постоялом дворе случайно сошедшиеся люди более связаны между
собой, чем они, члены семьи и домочадцы Облонских. Жена не выходила из своих комнат, мужа третий день не было дома. Дети бегали по всему
дому, как потерянные; англичанка поссорилась с экономкой и написала записку приятельнице, прося приискать ей новое место; повар ушел еще
вчера со двора, во время обеда; черная кухарка и кучер просили расчета. На третий день после ссоры князь Степан Аркадьич Облонский, Стива,
как его звали в свете, в обычный час, то есть в восемь часов утра, проснулся не в спальне жены, а в своем кабинете, на сафьянном диване. Он
повернул свое полное, выхоленное тело на пружинах дивана, как бы желая опять заснуть надолго, с другой стороны крепко обнял подушку и
прижался к ней щекой; но вдруг вскочил, сел на диван и открыл глаза.`;

/** Words of the texts by language. */
export const LANGUAGES = { en: ENGLISH.split(/\s+/), ru: RUSSIAN.split(/\s+/) } as const;

/** Seeded numbers 0 ≤ x < 1 (xorshift32). */
export function chance(seed: number): () => number {
  let x = (seed * 2_654_435_761) | 0 || 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 0x1_0000_0000;
  };
}

export type Language = 'en' | 'ru';

/** A line of 4–11 words and a number. */
export function line(next: () => number, language: Language): string {
  const words = LANGUAGES[language];
  const count = 4 + Math.floor(next() * 8);
  const out: string[] = [];
  for (let i = 0; i < count; i++) out.push(words[Math.floor(next() * words.length)]!);
  return `${out.join(' ')} ${Math.floor(next() * 100_000)}`;
}

/** One chat message as the app sends it; the kernel draws the id (16 random bytes) and the time. */
export function message(next: () => number, language: Language): Op {
  return { op: 'node.create', type: 'chat/message@1', props: { text: line(next, language) }, verb: 'chat/message.send@1' };
}

/** `records` batches of `each` messages; one person writes a batch in one language, English and Russian in turn. */
export function batches(seed: number, records: number, each: number): Op[][] {
  const next = chance(seed);
  return Array.from({ length: records }, (_, record) => Array.from({ length: each }, () => message(next, record % 2 === 0 ? 'en' : 'ru')));
}

/** The text of a message. */
export const textOf = (op: Op): string => (op.op === 'node.create' ? String(op.props.text) : '');
