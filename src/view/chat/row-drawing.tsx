/** One row of a channel: a day line, the unread line, a message or its editor. */
import type { ReactNode } from 'react';
import type { Copies } from '#os/api';
import type { Message } from '#domain/chat';
import { Composer } from '#view/kit/composer.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { MessageRow, type RowTools } from '#view/kit/message-row.tsx';
import { MovedTo } from '#view/kit/late-notes.ts';
import type { People } from '#view/kit/people.tsx';
import type { ChatCommands } from './commands.ts';
import type { Row } from './projection.ts';

export interface RowDrawingProps {
  space: string;
  row: Row;
  /** Unread in its thread. */
  fresh: number;
  states: ReadonlyMap<string, Copies>;
  active: boolean;
  editing: boolean;
  onActive(id: string | null): void;
  tools: RowTools;
  commands: ChatCommands;
  people: People;
  onEditDone(id: string): void;
}

/** Where a message went from here. */
function MovedRow({ space, message }: { space: string; message: Message }): ReactNode {
  return (
    <div role="listitem" className="message" data-key={message.id} data-moved="" tabIndex={-1}>
      <div className="message-side" />
      <div className="message-body small muted">
        <MovedTo space={space} channel={message.moved!} />
      </div>
    </div>
  );
}

/** The row. */
export function RowDrawing(props: RowDrawingProps): ReactNode {
  const { row, fresh, states, active, editing, onActive, tools, commands, onEditDone } = props;
  const { t, day, time } = useI18n();
  if (row.kind === 'day') {
    return (
      <div className="rule" role="listitem" data-key={row.key}>
        <span>{day(row.at)}</span>
      </div>
    );
  }
  if (row.kind === 'line') {
    return (
      <div className="message" role="listitem" data-key={row.key} data-line="" tabIndex={-1}>
        <div className="message-side" />
        <div className="message-body small muted">{row.line}</div>
      </div>
    );
  }
  if (row.kind === 'unread') {
    return (
      <div className="rule" role="listitem" data-key={row.key} data-strong="" tabIndex={-1}>
        <span>{row.since === null ? t('chat.newLine', { n: row.n }) : t('chat.newSince', { n: row.n, time: time(row.since) })}</span>
      </div>
    );
  }
  if (row.kind === 'moved') return <MovedRow space={props.space} message={row.message} />;
  const { message } = row;
  const editor = editing ? (
    <Composer
      place={`edit:${message.id}`}
      space={props.space}
      placeholder={t('act.edit')}
      people={tools.people}
      editing={{ text: message.text, onDone: () => onEditDone(message.id) }}
      onSend={(text) => commands.edit(message, text)}
    />
  ) : undefined;
  return (
    <MessageRow
      message={message}
      head={row.head}
      quote={row.quote}
      quoted={row.quoted}
      replies={row.replies}
      fresh={fresh}
      copies={states.get(message.id) ?? null}
      active={active}
      onActive={onActive}
      tools={tools}
      {...(editor ? { editor } : {})}
    />
  );
}
