/** A message with Markdown in it: code to be copied, lists, quotes, words that are set off. Comes when there is such a message; until then its text stands as it was written. */
import './message-rich.css';
import { Fragment, useMemo, type ReactNode } from 'react';
import { IconButton } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { messageBlocks, messageSpans } from '#view/kit/message-blocks.ts';
import { MessagePieces, type MessageTextProps } from '#view/kit/message-pieces.tsx';
import { useCopy } from '#view/kit/use-copy.ts';

/** The blocks of the message. */
export function MessageRich({ text, people, alone = false }: MessageTextProps): ReactNode {
  const blocks = useMemo(() => messageBlocks(text), [text]);
  const words = (one: string): ReactNode => <Words text={one} people={people} alone={alone} />;
  return blocks.map((block, at) => {
    if (block.kind === 'code') return <Code key={at} {...block} />;
    if (block.kind === 'quote') return <blockquote key={at} dir="auto">{words(block.text)}</blockquote>;
    if (block.kind === 'text') return <div key={at} dir="auto">{words(block.text)}</div>;
    const items = block.items.map((item, n) => <li key={n} dir="auto" {...(item.mark === null ? {} : { value: item.mark })}>{words(item.text)}</li>);
    return block.items[0]!.mark === null ? <ul key={at}>{items}</ul> : <ol key={at}>{items}</ol>;
  });
}

function Words({ text, people, alone }: Required<MessageTextProps>): ReactNode {
  const spans = useMemo(() => messageSpans(text), [text]);
  return spans.map(({ mark: Mark, text: part }, at) => {
    const pieces = <MessagePieces text={part} people={people} alone={alone} />;
    return Mark === null ? <Fragment key={at}>{pieces}</Fragment> : <Mark key={at}>{pieces}</Mark>;
  });
}

function Code({ text, language }: { text: string; language: string }): ReactNode {
  const { t } = useI18n();
  const copy = useCopy();
  return (
    <figure className="message-code">
      <pre dir="ltr" tabIndex={0} aria-label={language || undefined}><code>{text}</code></pre>
      <figcaption className="small muted">
        {language}
        <IconButton icon="copy" size={14} name={t('act.copyText')} onClick={() => copy(text)} />
      </figcaption>
    </figure>
  );
}
