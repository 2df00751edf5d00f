/** One input for messages and replies: grows with the text, mentions people, keeps a draft per place. */
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState, type ReactNode, type Ref } from 'react';
import { MESSAGE_TEXT_MAX } from '#domain/shared';
import { Button, IconButton } from '#view/kit/controls.tsx';
import { useDraft } from '#view/kit/draft.ts';
import { EmojiPopover } from '#view/kit/emoji.tsx';
import { Face } from '#view/kit/face.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useAnchored } from '#view/kit/overlays.tsx';
import { bestChoices, Picker, type Choice } from '#view/kit/picker.tsx';

export interface ComposerProps {
  /** Key of the draft. */
  place: string;
  placeholder: string;
  people: readonly { uid: string; name: string }[];
  /** Returns a refusal in words, or null when it was taken. */
  onSend(text: string, mentions: string[]): string | null;
  onTyping?(): void;
  quote?: { name: string; text: string; onCancel: () => void } | null;
  /** Arrow up in an empty field. */
  onEditLast?(): void;
  autoFocus?: boolean;
  ref?: Ref<HTMLTextAreaElement>;
  /** For editing in place: the text to begin with, and Cancel. */
  editing?: { text: string; onCancel: () => void };
}

/** Uids of the people whose "@Name" stands in the text. */
export function mentionsIn(text: string, people: readonly { uid: string; name: string }[]): string[] {
  return people.filter((person) => person.name !== '' && text.includes(`@${person.name}`)).map((person) => person.uid);
}

function wordBefore(text: string, caret: number): string | null {
  const found = /(?:^|\s)@([^\s@]{0,24})$/u.exec(text.slice(0, caret));
  return found ? found[1]! : null;
}

/** The `@` list of a field. */
function useMentions(field: React.RefObject<HTMLTextAreaElement | null>, text: string, people: ComposerProps['people'], onText: (text: string) => void) {
  const [asked, setAsked] = useState<{ query: string; at: number } | null>(null);
  const choices = useMemo<Choice[]>(() => {
    if (!asked) return [];
    return bestChoices(asked.query, people.map((person) => ({ id: person.uid, label: person.name, start: <Face uid={person.uid} name={person.name} size={20} /> })), 7);
  }, [asked, people]);
  const look = (): void => {
    const query = field.current ? wordBefore(field.current.value, field.current.selectionStart) : null;
    setAsked(query === null ? null : { query, at: 0 });
  };
  const pick = (choice: Choice): void => {
    const caret = field.current?.selectionStart ?? text.length;
    const start = caret - (asked?.query.length ?? 0) - 1;
    const next = `${text.slice(0, start)}@${choice.label} `;
    onText(next + text.slice(caret).replace(/^ /, ''));
    setAsked(null);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(next.length, next.length);
    });
  };
  const key = (event: React.KeyboardEvent): boolean => {
    if (!asked || choices.length === 0) return false;
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by !== 0) setAsked({ ...asked, at: (asked.at + by + choices.length) % choices.length });
    else if (event.key === 'Enter' || event.key === 'Tab') pick(choices[asked.at] ?? choices[0]!);
    else if (event.key === 'Escape') setAsked(null);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return { asked, choices, look, pick, key, close: () => setAsked(null) };
}

function useGrowing(field: React.RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const box = field.current;
    const frame = box?.parentElement;
    if (!box || !frame) return;
    // Measured inside a frame of fixed height: a field that shrank for the moment would let the messages above it slip.
    frame.style.height = `${frame.offsetHeight}px`;
    box.style.height = 'auto';
    box.style.height = `${Math.min(box.scrollHeight, 200)}px`;
    frame.style.height = '';
  }, [field, text]);
}

/** State and acts of a composer. */
function useComposer(props: ComposerProps) {
  const draft = useDraft(props.place);
  const [edited, setEdited] = useState(props.editing?.text ?? '');
  const [refusal, setRefusal] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const text = props.editing ? edited : draft.text;
  const write = (next: string): void => {
    setRefusal(null);
    if (props.editing) setEdited(next);
    else draft.set(next);
  };
  const mentions = useMentions(field, text, props.people, write);
  useGrowing(field, text);
  useEffect(() => {
    if (props.autoFocus || props.editing) field.current?.focus();
    if (props.editing) field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
  }, [props.autoFocus, props.editing !== undefined]); // eslint-disable-line react-hooks/exhaustive-deps -- once per way of use
  const send = (): void => {
    if (text.trim() === '') return;
    const refused = props.onSend(text, mentionsIn(text, props.people));
    setRefusal(refused);
    if (refused === null && !props.editing) draft.clear();
  };
  const insert = (piece: string): void => {
    const box = field.current;
    const at = box?.selectionStart ?? text.length;
    write(text.slice(0, at) + piece + text.slice(box?.selectionEnd ?? at));
    requestAnimationFrame(() => {
      box?.focus();
      box?.setSelectionRange(at + piece.length, at + piece.length);
      mentions.look();
    });
  };
  const onKeyDown = (event: React.KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing || mentions.key(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === 'Escape' && (props.editing || props.quote)) {
      event.preventDefault();
      event.stopPropagation();
      (props.editing ?? props.quote)?.onCancel();
    } else if (event.key === 'ArrowUp' && text === '') props.onEditLast?.();
  };
  return { text, field, mentions, refusal, draftKept: draft.savedHere && text !== '' && !props.editing, write, send, insert, onKeyDown };
}

/** The composer. Enter sends, Shift+Enter breaks the line; Ctrl/Cmd+Enter sends too. */
export function Composer(props: ComposerProps): ReactNode {
  const { t } = useI18n();
  const { text, field, mentions, refusal: refused, draftKept, write, send, insert, onKeyDown } = useComposer(props);
  const over = text.trim().length - MESSAGE_TEXT_MAX;
  const refusal = over > 0 ? t('composer.over', { n: over }) : refused;
  const listId = useId();
  return (
    <div className="composer field-box" data-editing={props.editing ? '' : undefined}>
      {mentions.asked && (
        <div className="popover composer-list">
          <Picker id={listId} label={t('mention.list')} choices={mentions.choices} at={mentions.asked.at} onPick={mentions.pick} empty={t('mention.nobody')} />
        </div>
      )}
      {props.quote && <Quote {...props.quote} />}
      <textarea
        ref={(box) => {
          field.current = box;
          if (typeof props.ref === 'function') props.ref(box);
          else if (props.ref) props.ref.current = box;
        }}
        rows={1}
        value={text}
        placeholder={props.placeholder}
        aria-label={props.placeholder}
        aria-invalid={refusal ? true : undefined}
        {...(mentions.asked && mentions.choices.length > 0 ? { 'aria-controls': listId, 'aria-activedescendant': `${listId}-${mentions.asked.at}` } : {})}
        onChange={(event) => {
          write(event.target.value);
          mentions.look();
          props.onTyping?.();
        }}
        onKeyDown={onKeyDown}
        onBlur={mentions.close}
      />
      <ComposerFoot text={text} refusal={refusal} note={draftKept ? t('composer.draftSaved') : ''} onInsert={insert} onSend={send} {...(props.editing ? { onCancel: props.editing.onCancel } : {})} />
    </div>
  );
}

function ComposerFoot({ text, refusal, note, onInsert, onSend, onCancel }: { text: string; refusal: string | null; note: string; onInsert: (piece: string) => void; onSend: () => void; onCancel?: () => void }): ReactNode {
  const { t } = useI18n();
  const emoji = useAnchored();
  return (
    <div className="composer-foot">
      <IconButton icon="at" name={t('composer.mention')} onClick={() => onInsert(text === '' || /\s$/.test(text) ? '@' : ' @')} />
      <IconButton icon="smile" name={t('composer.emoji')} aria-expanded={emoji.anchor !== null} onClick={emoji.open} />
      <span className="grow small muted composer-note" role={refusal ? 'alert' : undefined} data-tone={refusal ? 'bad' : undefined}>
        {refusal ?? note}
      </span>
      {onCancel && (
        <Button size="compact" kind="text" onClick={onCancel}>
          {t('act.cancel')}
        </Button>
      )}
      <Button size="compact" kind={text.trim() === '' ? 'quiet' : 'primary'} onClick={onSend}>
        {onCancel ? t('act.save') : t('act.send')}
      </Button>
      {emoji.anchor && <EmojiPopover anchor={emoji.anchor} onClose={emoji.close} onPick={onInsert} />}
    </div>
  );
}

function Quote({ name, text, onCancel }: { name: string; text: string; onCancel: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <div className="composer-quote">
      <Icon name="reply" size={14} tone="muted" />
      <span className="medium nobreak">{name}</span>
      <span className="cut muted grow">{text}</span>
      <IconButton icon="close" size={14} name={t('composer.cancelReply')} hint="Esc" onClick={onCancel} />
    </div>
  );
}
