/** The Markdown of a message, as blocks that are drawn each in its way: code, lists, quotes; everything else is text as it was written. Pure, comes when a message has some. */
import { MESSAGE_SPAN } from '#base/plain-message';
import { MESSAGE_BLOCKS_MAX } from '#domain/shared';

export type MessageBlock =
  | { kind: 'text'; text: string }
  | { kind: 'quote'; text: string }
  | { kind: 'code'; text: string; language: string }
  | { kind: 'list'; items: { mark: number | null; text: string }[] };

/** Words that are set off, never across lines; what stands in code or in an address is left alone. */
export interface Span {
  mark: 'strong' | 'em' | 'del' | null;
  text: string;
}

const FENCE = /^ {0,3}(`{3,})([^`]*)$/;
const ITEM = /^ {0,3}(?:[-*•]|(\d{1,9})[.)])[ \t]+(\S.*)$/;
const QUOTE = /^ {0,3}> ?(.*)$/;
const LANGUAGE = /^[\w+#.-]{1,20}$/;

/** The blocks. A fence that is not closed goes to the end; of more parts than are drawn the rest is text. */
export function messageBlocks(text: string): MessageBlock[] {
  const lines = text.split('\n');
  const blocks: MessageBlock[] = [];
  let parts = 0;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (parts >= MESSAGE_BLOCKS_MAX) {
      addLine(blocks, 'text', lines.slice(at).join('\n'));
      break;
    }
    const fence = FENCE.exec(line);
    const item = fence ? null : ITEM.exec(line);
    const quote = fence || item ? null : QUOTE.exec(line);
    const before = blocks.at(-1);
    if (fence) {
      const end = lines.findIndex((one, n) => n > at && closes(one, fence[1]!.length));
      const language = fence[2]!.trim();
      blocks.push({ kind: 'code', text: lines.slice(at + 1, end < 0 ? undefined : end).join('\n'), language: LANGUAGE.test(language) ? language : '' });
      at = end < 0 ? lines.length : end;
      parts++;
    } else if (item) {
      const made = { mark: item[1] === undefined ? null : Number(item[1]), text: item[2]! };
      if (before?.kind === 'list' && (before.items[0]!.mark === null) === (made.mark === null)) before.items.push(made);
      else blocks.push({ kind: 'list', items: [made] });
      parts++;
    } else {
      if (before?.kind !== (quote ? 'quote' : 'text')) parts++;
      addLine(blocks, quote ? 'quote' : 'text', quote ? quote[1]! : line);
    }
  }
  // Empty lines around a block are the distance that it has anyway.
  return blocks.map((block) => (block.kind === 'text' ? { ...block, text: block.text.replace(/^\n+|\n+$/g, '') } : block)).filter((block) => block.kind !== 'text' || block.text !== '');
}

const closes = (line: string, ticks: number): boolean => {
  const found = /^ {0,3}(`{3,})\s*$/.exec(line);
  return found !== null && found[1]!.length >= ticks;
};

function addLine(blocks: MessageBlock[], kind: 'text' | 'quote', line: string): void {
  const before = blocks.at(-1);
  if (before?.kind === kind) before.text += `\n${line}`;
  else blocks.push({ kind, text: line });
}

/** Text in spans: what is strong, stressed or struck out. */
export function messageSpans(text: string): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const found of text.matchAll(MESSAGE_SPAN)) {
    const at = found.slice(1).findIndex((group) => group !== undefined);
    if (at < 0) continue;
    if (found.index > from) spans.push({ mark: null, text: text.slice(from, found.index) });
    spans.push({ mark: (['strong', 'del', 'em', 'em'] as const)[at]!, text: found[at + 1]! });
    from = found.index + found[0].length;
  }
  if (from < text.length) spans.push({ mark: null, text: text.slice(from) });
  return spans;
}
