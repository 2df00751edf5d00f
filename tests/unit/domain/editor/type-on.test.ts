/** Two people type at one place, letter by letter, while marks are put on and taken off there: each word stays whole (decision 50). 4,000 seeds with LGOS_FULL=1, reduced otherwise. */
import { expect, test } from 'vitest';
import { prng } from '#tests/support/prng';
import { DocReplica, joinRuns, plainOf, type Marks, type Run } from '#domain/editor/model';

const SEEDS = process.env['LGOS_FULL'] === '1' ? 4_000 : 1_000;
const run = (text: string, marks: Marks = {}): Run => ({ text, marks });
const lettersOf = (replica: DocReplica): Run[] => replica.shown()[0]!.text.flatMap(({ text, marks }) => [...text].map((letter) => run(letter, marks)));
const words = (replica: DocReplica): string => plainOf(replica.shown()[0]!.text);
const write = (replica: DocReplica, letters: readonly Run[], at: number): Uint8Array[] => replica.write([{ ...replica.shown()[0]!, text: joinRuns(letters) }], { id: 'a', at });

/** Three people with one line, and what each has heard of the others. */
class Room {
  readonly people: readonly DocReplica[];
  private readonly sent: readonly Uint8Array[][] = [[], [], []];
  private readonly heard = [0, 1, 2].map(() => [0, 0, 0]);

  constructor(private readonly roll: (below: number) => number, text: readonly Run[]) {
    this.people = [0, 1, 2].map((no) => new DocReplica(1_000 * (no + 1) + roll(900)));
    this.sent[0]!.push(...this.people[0]!.write([{ id: 'a', type: 'paragraph', attrs: {}, text }]));
    this.end();
  }

  hear(to: number, from: number): void {
    if (to !== from) this.people[to]!.take(this.sent[from]!.slice(this.heard[to]![from]));
    this.heard[to]![from] = this.sent[from]!.length;
  }

  end(): void {
    for (const to of [0, 1, 2]) for (const from of [0, 1, 2]) this.hear(to, from);
  }

  mark(no: number, from: number, to: number, name: 'bold' | 'italic', on: boolean): void {
    const marked = ({ text, marks }: Run): Run => run(text, on ? { ...marks, [name]: true } : Object.fromEntries(Object.entries(marks).filter(([one]) => one !== name)));
    this.sent[no]!.push(...write(this.people[no]!, lettersOf(this.people[no]!).map((letter, at) => (at < from || at >= to ? letter : marked(letter))), 0));
  }

  /** With the marks of what it is typed behind, as an editor does it. */
  type(no: number, word: string, behind: string, meanwhile: () => void = () => undefined): void {
    const replica = this.people[no]!;
    let last = behind;
    for (const letter of word) {
      const at = words(replica).indexOf(last) + 1;
      const letters = lettersOf(replica);
      this.sent[no]!.push(...write(replica, [...letters.slice(0, at), run(letter, letters[at - 1]!.marks), ...letters.slice(at)], at + 1));
      last = letter;
      meanwhile();
    }
  }

  /** Somebody puts a mark on somewhere, or takes it off. */
  markAnywhere(no: number): void {
    const count = words(this.people[no]!).length + 1;
    const [from, to] = [this.roll(count), this.roll(count)].toSorted((a, b) => a - b) as [number, number];
    this.mark(no, from, to, this.roll(2) ? 'bold' : 'italic', this.roll(2) === 1);
  }
}

test('by dice: no letter of one word stands in the other, and all see the same', () => {
  const torn: string[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const roll = prng(seed);
    const room = new Room(roll, [run('ABCDEF')]);
    const some = (of: number): void => void (roll(of) === 0 && room.hear(roll(3), roll(3)));
    for (let i = 0; i < 4; i++) {
      room.markAnywhere(roll(3));
      some(2);
    }
    const behind = 'ABCDE'[roll(5)]!;
    const acts = [() => room.type(0, 'wxyz', behind, () => some(6)), () => room.type(1, 'klmn', behind, () => some(6)), () => room.markAnywhere(2), () => room.markAnywhere(2)];
    for (const act of acts.map((one) => [roll(1_000), one] as const).sort(([a], [b]) => a - b).map(([, one]) => one)) {
      act();
      some(3);
    }
    room.end();
    const all = new Set(room.people.map((one) => JSON.stringify(one.shown())));
    const text = words(room.people[0]!);
    if (all.size > 1 || !text.includes('wxyz') || !text.includes('klmn')) torn.push(`${seed}: ${text}, seen in ${all.size} ways`);
  }
  expect(torn).toEqual([]);
});

test('a word that was begun before the mark went is whole; what is taken away then is what was meant', () => {
  const room = new Room(() => 0, [run('half', { bold: true }), run('rest')]);
  room.type(1, 'wx', 'f');
  room.hear(0, 1);
  room.mark(0, 0, 6, 'bold', false);
  room.hear(1, 0);
  room.type(1, 'yz', 'x');
  expect(room.people[1]!.shown()[0]!.text).toEqual([run('halfwxyzrest')]);
  room.type(2, 'kmnp', 'f');
  room.end();
  expect(new Set(room.people.map(words)).size).toBe(1);
  expect(words(room.people[1]!)).toMatch(/^half(?:wxyzkmnp|kmnpwxyz)rest$/);
  const at = words(room.people[1]!).indexOf('wxyz');
  write(room.people[1]!, lettersOf(room.people[1]!).filter((_, no) => no < at || no >= at + 4), at);
  expect(words(room.people[1]!)).toBe('halfkmnprest');
});
