/** A piece of a text with the words that were found in it marked. */
import type { ReactNode } from 'react';
import type { Snippet } from '#domain/search';

/** The text; marks do not overlap and rise. */
export function MarkedText({ text, marks }: Snippet): ReactNode {
  return marks.length === 0 ? text : (
    <>
      {marks.map(([from, to], at) => [text.slice(at === 0 ? 0 : marks[at - 1]![1], from), <mark key={from}>{text.slice(from, to)}</mark>])}
      {text.slice(marks.at(-1)![1])}
    </>
  );
}
