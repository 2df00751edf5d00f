/**
 * A fault of ours in words that may be handed to whoever helps: what kind it is and where it happened. Never its message: an engine quotes its input in
 * it ("Unexpected token … is not valid JSON"), and that may be what somebody wrote.
 */

const POSITION = /([\w.-]{1,60}\.[cm]?[jt]sx?)(?:\?[^\s:]*)?(:\d+:\d+)\)?$/;
/** So many positions of a stack are kept. */
const KEPT = 6;
const word = (value: unknown): string => (typeof value === 'string' && /^[\w-]{1,40}$/.test(value) ? value : '');

/** Name, code (or reason) and positions (file:line:column, without address) of what was thrown. */
export function faultWords(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return `a thrown ${typeof thrown}`;
  const { name, code, reason, message, stack } = thrown as Record<string, unknown>;
  return [word(name) || 'Error', word(code) || word(reason), positions(stack, message)].filter(Boolean).join(' ');
}

/** What is known of an error of which only the text came, as of a worker: its name. */
export const nameOfFault = (text: string): string => /^(?:Uncaught )?([A-Z]\w{0,38}(?:Error|Exception))(?=:|$)/.exec(text)?.[1] ?? 'Error';

function positions(stack: unknown, message: unknown): string {
  if (typeof stack !== 'string') return '';
  // The message stands before the frames, over as many lines as it likes.
  const from = typeof message === 'string' && message !== '' && stack.includes(message) ? stack.indexOf(message) + message.length : 0;
  return stack.slice(from).split('\n').flatMap((line) => POSITION.exec(line)?.slice(1, 3).join('') ?? []).slice(0, KEPT).join(' ');
}
