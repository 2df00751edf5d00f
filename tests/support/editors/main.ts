/** The page of the comparison: for each run two or three of our editors and as many of the other, beside one another, and the same acts at both. Used by tests only. */
import { prng } from '#tests/support/prng';
import { count, type Found } from './count.ts';
import { Exchange } from './exchange.ts';
import { stand, type, type Person } from './hand.ts';
import { openOurs, type Ours } from './ours.tsx';
import { wordOf, type Act, type Script } from './script.ts';
import { openTheirs } from './theirs.ts';
import './page.css';

/** What is made wrong in ours, for a control: kinds forget the ids of blocks, a word is taken away, what was written last does not arrive at one person, what stands twice is said to be meant. */
export type Wrong = 'forget' | 'take-away' | 'withhold' | 'keep';

/** What one editor made of it. */
export interface Side extends Found {
  /** Acts that threw. */
  readonly threw: readonly string[];
  /** What the first person reads in the end. */
  readonly reads: string;
}

export interface Outcome {
  readonly ours: Side;
  readonly theirs: Side;
}

declare global {
  interface Window {
    /** `alone`: ours only, as in every control. */
    editors: { run(script: Script, wrong?: Wrong | null, alone?: boolean): Promise<Outcome> };
    /** Of the test: keys of the browser where the focus is. */
    pressKeys(text: string): Promise<void>;
  }
}

interface Team<P extends Person> {
  readonly people: readonly P[];
  readonly exchange: Exchange;
  readonly threw: string[];
}

/** Ids of blocks and of writers are drawn from the seed too: a run can be repeated. */
function seedRandom(seed: number): void {
  const roll = prng(seed + 31);
  const value = <T extends ArrayBufferView>(into: T): T => {
    const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
    bytes.forEach((_, at) => void (bytes[at] = roll(256)));
    return into;
  };
  Object.defineProperty(crypto, 'getRandomValues', { value, configurable: true });
}

function box(name: string): HTMLElement {
  const made = document.createElement('div');
  document.querySelector(`#${name}`)!.append(made);
  return made;
}

async function teams(script: Script, wrong: Wrong | null, alone: boolean): Promise<[Team<Ours>, Team<Person>]> {
  const roll = prng(script.seed + 13);
  const clients = Array.from({ length: script.people }, (_, no) => 1_000_000 * (no + 1) + roll(1_000_000));
  const ours: Ours[] = [];
  for (const client of clients) ours.push(await openOurs(client, box('ours'), wrong === 'forget'));
  const theirs = (alone ? [] : clients).map((client) => openTheirs(client, box('theirs')));
  return [{ people: ours, exchange: new Exchange(ours, script.seed), threw: [] }, { people: theirs, exchange: new Exchange(theirs, script.seed), threw: [] }];
}

async function run(script: Script, wrong: Wrong | null = null, alone = wrong !== null): Promise<Outcome> {
  seedRandom(script.seed);
  const [ours, theirs] = await teams(script, wrong, alone);
  const words: string[] = [];
  const keys = script.keys ? (text: string) => window.pressKeys(text) : null;
  const each = async (what: string, step: (team: Team<Person>) => unknown): Promise<void> => {
    for (const team of [ours, theirs]) {
      try {
        if (team.people.length > 0) await step(team);
      } catch (error) {
        team.threw.push(`${what}: ${String(error)}`);
      }
    }
  };
  const both = async (no: number, { what, by, meanwhile }: Act): Promise<void> => {
    if (what !== 'type') return each(what, ({ people }) => people[no]!.act({ what, by }));
    const word = wordOf(by, words.length);
    words.push(word);
    const half = meanwhile ? Math.ceil(word.length / 2) : word.length;
    await each(what, ({ people }) => (stand(people[no]!.view, by[0]), type(people[no]!.view, word.slice(0, half), keys)));
    if (!meanwhile) return;
    await each('news', ({ exchange }) => exchange.reach(meanwhile.no));
    await both(meanwhile.no, meanwhile.act);
    await each('news', ({ exchange }) => exchange.reach(no));
    await each(what, ({ people }) => type(people[no]!.view, word.slice(half), keys));
  };
  for (const act of script.begin) await both(0, act);
  await each('news', ({ exchange }) => exchange.end());
  for (const round of script.rounds) {
    for (const [no, acts] of round.entries()) for (const act of acts) await both(no, act);
    await each('news', ({ exchange }) => exchange.pass());
  }
  if (wrong === 'take-away') ours.people[0]!.takeAway(words[0]!);
  if (wrong === 'withhold') {
    await ours.exchange.end();
    await both(0, { what: 'type', by: [0.5, 0, 0, 0] });
    ours.exchange.lose(0, 1);
  }
  await each('news', ({ exchange }) => exchange.end());
  if (wrong === 'keep') {
    ours.people[0]!.keepAll();
    await ours.exchange.end();
  }
  const side = async ({ people, threw }: Team<Person>): Promise<Side> => {
    const sights = await Promise.all(people.map((person) => person.see()));
    return { ...count(words, sights), threw, reads: sights[0]?.text ?? '' };
  };
  const outcome = { ours: await side(ours), theirs: await side(theirs) };
  for (const { people } of [ours, theirs]) for (const person of people) person.close();
  for (const name of ['ours', 'theirs']) document.querySelector(`#${name}`)!.replaceChildren();
  return outcome;
}

window.editors = { run };
