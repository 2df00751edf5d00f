/** Tasks in texts: which sentence asks for something, of whom, until when. */
import { atOnce, type Steps } from '#base/steps';
import { oneLine, TASK_TITLE_MAX } from '#domain/shared';
import { dayFound, withoutDay } from '#domain/goals/words';
import { cutText } from '#base/plain-text';
import { classify } from './classify.ts';
import { findEntities } from './entities.ts';
import { cutSentences } from './sentences.ts';

export interface TaskFound {
  readonly title: string;
  readonly day: string | null;
  /** uid */
  readonly person: string | null;
  readonly why: readonly string[];
  /** Place of its sentence in the text. */
  readonly at: number;
}

/** What leads to what is to be done, and says nothing of it. */
const LEAD = /^[\s>*•–—-]*(?:\[[ x]?\]\s*)?(?:(?:todo|to do|action(?: item)?|ai|задача|поручение|сделать)\s*[:–-]\s*)?(?:please,?\s+|пожалуйста,?\s+|(?:can|could|would|will) (?:you|somebody|someone)(?: please)?\s+|we (?:still |also )?(?:need|have) to\s+|i(?:'ll|’ll| will)\s+|(?:нам |мне |ещё )?(?:надо|нужно|необходимо)(?: бы| ещё| срочно)?\s+|don't forget to\s+|make sure to\s+|remember to\s+|не забудь(?:те)?\s+)*/iu;
const PROMISE = /^promise:/;

const capital = (text: string): string => text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());

/** A sentence as the title of a task. */
export function titleOf(sentence: string, today: string): string {
  const bare = sentence.replace(LEAD, '').replace(/[.!?…\s]+$/u, '');
  const day = dayFound(bare, today);
  const title = capital(oneLine(day ? withoutDay(bare, day) : bare));
  return title.length > TASK_TITLE_MAX ? `${cutText(title, TASK_TITLE_MAX - 1)}…` : title;
}

interface About {
  readonly by: string | null;
  readonly people: readonly (readonly [string, string])[];
  readonly today: string;
}

/** The tasks of a text; `by`: who wrote it, whose promises are theirs. */
export const findTasks = (text: string, about: About): TaskFound[] => atOnce(taskSteps(text, about));

/** The same sentence by sentence. */
export function* taskSteps(text: string, about: About): Steps<TaskFound[]> {
  const out: TaskFound[] = [];
  for (const { text: sentence, at } of cutSentences(text)) {
    out.push(...taskOf(sentence, at, about));
    yield;
  }
  return out;
}

function taskOf(sentence: string, at: number, { by, people, today }: About): readonly TaskFound[] {
  const { kind, why } = classify(sentence, today);
  if (kind !== 'task') return [];
  const title = titleOf(sentence, today);
  if (title === '') return [];
  const named = findEntities(sentence, people, today).find((one) => one.kind === 'person')?.value ?? null;
  return [{ title, day: dayFound(sentence, today)?.day ?? null, person: named ?? (why.some((one) => PROMISE.test(one)) ? by : null), why, at }];
}

/** What anybody would try first: sentences with one of a few words. The measure of the rest. */
export const plainTasks = (text: string): string[] => cutSentences(text).map((one) => one.text).filter((one) => /please|need to|todo|must|пожалуйста|надо|нужно/iu.test(one));
