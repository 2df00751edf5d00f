/** What a model that writes is shown of a page: its end. A door of its own: the page that asks and the agent that says its sources look at the same. */
import type { AgentInput } from '#os/agents/output';

/** Letters a model goes on from: the last of them. */
const LETTERS = 2_000;

export interface Shown {
  readonly prompt: string;
  /** Places of the inputs that are in it. */
  readonly places: readonly number[];
}

/** The end of the inputs, in whole pieces where they fit. */
export function shownToModel(inputs: readonly Pick<AgentInput, 'text'>[]): Shown {
  const places: number[] = [];
  let prompt = '';
  for (let at = inputs.length - 1; at >= 0 && prompt.length < LETTERS; at--) {
    const text = inputs[at]!.text.trim();
    if (text === '') continue;
    const room = LETTERS - prompt.length;
    if (text.length > room && places.length > 0) break;
    prompt = `${text.slice(-room)}${prompt === '' ? '' : `\n${prompt}`}`;
    places.unshift(at);
  }
  return { prompt, places };
}
