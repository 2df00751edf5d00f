/** One input for messages and replies: grows with the text, mentions people, keeps a draft per place. */
import { use, useEffect, useId, useLayoutEffect, useMemo, useRef, useState, type ReactNode, type Ref } from 'react';
import { flushSync } from 'react-dom';
import { MESSAGE_TEXT_MAX, PASTE_TEXT_MAX } from '#domain/shared';
import { Button, IconButton } from '#view/kit/controls.tsx';
import { useDraft } from '#view/kit/draft.ts';
import { Face } from '#view/kit/face.tsx';
import { fitsField, insertedPiece, useHeldPaste } from '#view/kit/held-paste.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { loadAgain } from '#view/kit/load-again.ts';
import { Icon } from '#view/kit/icons.tsx';
import { EmojiPopover, WaitingPaste } from '#view/kit/lazy-dialogs.ts';
import { useAnchored } from '#view/kit/overlays.tsx';
import { pastedLink } from '#view/kit/pasted-link.ts';
import { bestChoices, Picker, type Choice } from '#view/kit/picker.tsx';
import { useQuiet } from '#view/kit/quiet.tsx';
import { SearchContext } from '#view/kit/search.ts';
import { mentionsIn } from '#view/kit/text-pieces.ts';

/** What becomes of a text that is sent. */
export type Taken = string | null | Promise<boolean>;

export interface ComposerProps {
  /** Key of the draft. */
  place: string;
  placeholder: string;
  /** The space whose things can be named by `[[`; left out where none can. */
  space?: string;
  people: readonly { uid: string; name: string; note?: string }[];
  /** Returns a refusal in words, null when there was nothing to do, or whether the act was taken, once that is known. */
  onSend(text: string, mentions: string[]): Taken;
  onTyping?(): void;
  /** Takes files that are pasted, dropped or chosen; left out where none are. */
  onFiles?(files: readonly File[]): void;
  /** Files that go with the text: drawn above the field. With them a text may be empty. */
  attached?: ReactNode;
  /** Further ways to say something, beside the others. */
  tools?: ReactNode;
  quote?: { name: string; text: string; onCancel: () => void } | null;
  /** Arrow up in an empty field. */
  onEditLast?(): void;
  autoFocus?: boolean;
  ref?: Ref<HTMLTextAreaElement>;
  /** For editing in place: the text to begin with, and what closes the editor, when it was taken or not wanted. */
  editing?: { text: string; onDone: () => void };
}

interface Asked {
  readonly query: string;
  readonly at: number;
  /** Behind `[[`: any thing of the space; else a person. */
  readonly thing: boolean;
}

function askedBefore(text: string, caret: number, things: boolean): Asked | null {
  const before = text.slice(Math.max(0, caret - 96), caret);
  const thing = things ? /\[\[([^[\]|\n]{0,80})$/u.exec(before) : null;
  const found = thing ?? /(?:^|\s)@([^\s@]{0,24})$/u.exec(before);
  return found && { query: found[1]!, at: 0, thing: thing !== null };
}

/** The things of a space that fit what stands behind `[[`. */
function useThings(space: string | undefined, query: string | null): Choice[] {
  const desk = use(SearchContext);
  const { blocked } = useQuiet().quiet;
  const [found, setFound] = useState<Choice[]>([]);
  useEffect(() => {
    let alive = true;
    if (query === null || space === undefined || !desk) return setFound((before) => (before.length === 0 ? before : []));
    const ask = (): void => void loadAgain(() => import('#view/kit/object-choices.tsx')).then(({ findObjects }) => findObjects(desk, space, query, [...blocked])).then((list) => alive && setFound(list), () => undefined);
    ask();
    // The first question of a tab finds the index still being read.
    const stop = desk.onChange(ask);
    return () => ((alive = false), stop());
  }, [desk, space, query, blocked]);
  return found;
}

/** The `@` and `[[` list of a field. */
function useMentions(field: React.RefObject<HTMLTextAreaElement | null>, text: string, people: ComposerProps['people'], space: string | undefined, onText: (text: string) => void) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const things = useThings(space, asked?.thing ? asked.query : null);
  const choices = useMemo<Choice[]>(() => {
    if (!asked) return [];
    if (asked.thing) return things;
    return bestChoices(asked.query, people.map((person) => ({ id: person.uid, label: person.name, ...(person.note === undefined ? {} : { note: person.note }), start: <Face uid={person.uid} name={person.name} size={20} /> })), 7);
  }, [asked, people, things]);
  const look = (): void => {
    setAsked(field.current ? askedBefore(field.current.value, field.current.selectionStart, space !== undefined) : null);
  };
  const pick = (choice: Choice): void => {
    const caret = field.current?.selectionStart ?? text.length;
    const start = caret - (asked?.query.length ?? 0) - (asked?.thing ? 2 : 1);
    const next = `${text.slice(0, start)}${asked?.thing ? choice.id : `@${choice.label}`} `;
    // At once: a caret that comes a frame later would stand before letters typed meanwhile.
    flushSync(() => {
      onText(next + text.slice(caret).replace(/^ /, ''));
      setAsked(null);
    });
    field.current?.focus();
    field.current?.setSelectionRange(next.length, next.length);
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

/** px. */
const TALLEST = 200;
/** UTF-16 units. */
const TALL_FROM = 8_000;

function useGrowing(field: React.RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const box = field.current;
    const frame = box?.parentElement;
    if (!box || !frame) return;
    // So much is higher than the field may grow on any screen, and laying it out twice for each key is what would be felt.
    if (text.length > TALL_FROM) return void (box.style.height = `${TALLEST}px`);
    // Measured inside a frame of fixed height: a field that shrank for the moment would let the messages above it slip.
    frame.style.height = `${frame.offsetHeight}px`;
    box.style.height = 'auto';
    box.style.height = `${Math.min(box.scrollHeight, TALLEST)}px`;
    frame.style.height = '';
  }, [field, text]);
}

/** The words of a composer, kept until they were taken. */
function useWords(props: ComposerProps) {
  const { editing } = props;
  const draft = useDraft(props.place);
  const [edited, setEdited] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  // Words of an edit that was left, by a scroll or a reload, are gone on with.
  const text = editing ? (edited ?? (draft.text || editing.text)) : draft.text;
  const write = (next: string): void => {
    setRefusal(null);
    if (editing) setEdited(next);
    draft.set(next === editing?.text ? '' : next);
  };
  const cancel = (): void => {
    if (!editing) return props.quote?.onCancel();
    draft.set('');
    editing.onDone();
  };
  const send = (): void => {
    if ((text.trim() === '' && !props.attached) || busy) return;
    const answer = props.onSend(text, mentionsIn(text, props.people));
    if (typeof answer === 'string') return setRefusal(answer);
    setRefusal(null);
    // What is sent leaves the field at once and comes back when it is refused; an edit stays until it was taken.
    if (!editing) draft.set('');
    else if (answer === null) return cancel();
    setBusy(editing !== undefined);
    void answer?.then((taken) => {
      setBusy(false);
      if (!taken && !editing) draft.giveBack(text);
      if (taken && editing) cancel();
    });
  };
  return { text, kept: draft.savedHere && draft.text !== '', refusal, setRefusal, write, send, cancel };
}

/** State and acts of a composer. */
function useComposer(props: ComposerProps) {
  const { editing } = props;
  const { text, kept, refusal, setRefusal, write, send, cancel } = useWords(props);
  const paste = useHeldPaste(editing ? null : props.place);
  const { t } = useI18n();
  const field = useRef<HTMLTextAreaElement>(null);
  const hold = (piece: string): void => {
    if (!paste.hold(piece)) setRefusal(t('paste.tooMuch', { n: PASTE_TEXT_MAX }));
  };
  const onPaste = (event: React.ClipboardEvent<HTMLTextAreaElement>): void => {
    const piece = event.clipboardData.getData('text/plain');
    const files = [...event.clipboardData.files];
    // Words that come with a picture of themselves are pasted as words.
    if (files.length > 0 && piece === '' && props.onFiles) return event.preventDefault(), props.onFiles(files);
    const link = pastedLink(piece, event.clipboardData.getData('text/html'));
    if (link !== null && fitsField(text.length + link.length)) return event.preventDefault(), insert(link);
    if (fitsField(text.length + piece.length)) return;
    event.preventDefault();
    hold(piece);
  };
  /** False for what came in at once and is too much for the field, by whatever way. */
  const change = (next: string): boolean => {
    const fits = fitsField(next.length) || next.length <= text.length + 1;
    if (fits) write(next);
    else hold(insertedPiece(text, next));
    return fits;
  };
  const insertNext = (): void => {
    const gap = text === '' || /\s$/.test(text) ? '' : '\n';
    flushSync(() => write(text + gap + paste.take(Math.max(1, MESSAGE_TEXT_MAX - text.length - gap.length))));
    field.current?.focus();
  };
  const mentions = useMentions(field, text, props.people, props.space, write);
  useGrowing(field, text);
  useEffect(() => {
    if (props.autoFocus || props.editing) field.current?.focus();
    if (props.editing) field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
  }, [props.autoFocus, props.editing !== undefined]); // eslint-disable-line react-hooks/exhaustive-deps -- once per way of use
  const insert = (piece: string): void => {
    const box = field.current;
    const at = box?.selectionStart ?? text.length;
    flushSync(() => write(text.slice(0, at) + piece + text.slice(box?.selectionEnd ?? at)));
    box?.focus();
    box?.setSelectionRange(at + piece.length, at + piece.length);
    mentions.look();
  };
  const onKeyDown = (event: React.KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing || mentions.key(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === 'Escape' && (editing || props.quote)) {
      event.preventDefault();
      event.stopPropagation();
      cancel();
    } else if (event.key === 'ArrowUp' && text === '') props.onEditLast?.();
  };
  return { text, field, mentions, refusal, draftKept: kept, paste, change, onPaste, insertNext, send, cancel, insert, onKeyDown };
}

/** The composer. Enter sends, Shift+Enter breaks the line; Ctrl/Cmd+Enter sends too. */
export function Composer(props: ComposerProps): ReactNode {
  const { t } = useI18n();
  const { text, field, mentions, refusal: refused, draftKept, paste, change, onPaste, insertNext, send, cancel, insert, onKeyDown } = useComposer(props);
  const over = text.trim().length - MESSAGE_TEXT_MAX;
  const refusal = over > 0 ? t('composer.over', { n: over }) : refused;
  const listId = useId();
  return (
    <div className="composer field-box" data-editing={props.editing ? '' : undefined} {...dropOf(props.onFiles)}>
      {mentions.asked && (
        <div className="popover composer-list">
          <Picker id={listId} label={t(mentions.asked.thing ? 'mention.things' : 'mention.list')} choices={mentions.choices} at={mentions.asked.at} onPick={mentions.pick} empty={t(!mentions.asked.thing ? 'mention.nobody' : mentions.asked.query.trim() === '' ? 'mention.type' : 'mention.nothing')} />
        </div>
      )}
      {props.quote && <Quote {...props.quote} />}
      {props.attached}
      {paste.length > 0 && <WaitingPaste paste={paste} full={text.length >= MESSAGE_TEXT_MAX} onNext={insertNext} />}
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
          if (!change(event.target.value)) return;
          mentions.look();
          props.onTyping?.();
        }}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        onBlur={mentions.close}
      />
      <ComposerFoot text={text} refusal={refusal} note={draftKept ? t('composer.draftSaved') : ''} onInsert={insert} onFiles={props.onFiles} tools={props.tools} full={Boolean(props.attached)} onSend={send} {...(props.editing ? { onCancel: cancel } : {})} />
    </div>
  );
}

/** Files that are let go over it. */
const dropOf = (onFiles: ComposerProps['onFiles']): React.HTMLAttributes<HTMLElement> => (onFiles ? {
  onDragOver: (event) => event.dataTransfer.types.includes('Files') && event.preventDefault(),
  onDrop: (event) => {
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    onFiles([...event.dataTransfer.files]);
  },
} : {});

/** Asks the browser for files. */
function chooseFiles(take: (files: readonly File[]) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.onchange = () => take([...(input.files ?? [])]);
  input.click();
}

interface FootProps {
  text: string;
  refusal: string | null;
  note: string;
  /** Something goes with the text. */
  full: boolean;
  onFiles: ComposerProps['onFiles'];
  tools: ReactNode;
  onInsert(piece: string): void;
  onSend(): void;
  onCancel?(): void;
}

function ComposerFoot({ text, refusal, note, full, onFiles, tools, onInsert, onSend, onCancel }: FootProps): ReactNode {
  const { t } = useI18n();
  const emoji = useAnchored();
  return (
    <div className="composer-foot">
      {onFiles && <IconButton icon="plus" name={t('composer.attach')} onClick={() => chooseFiles(onFiles)} />}
      <IconButton icon="at" name={t('composer.mention')} onClick={() => onInsert(text === '' || /\s$/.test(text) ? '@' : ' @')} />
      <IconButton icon="smile" name={t('composer.emoji')} aria-expanded={emoji.anchor !== null} onClick={emoji.open} />
      {tools}
      <span className="grow small muted composer-note" role={refusal ? 'alert' : undefined} data-tone={refusal ? 'bad' : undefined}>
        {refusal ?? note}
      </span>
      {onCancel && (
        <Button size="compact" kind="text" onClick={onCancel}>
          {t('act.cancel')}
        </Button>
      )}
      <Button size="compact" kind={text.trim() === '' && !full ? 'quiet' : 'primary'} onClick={onSend}>
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
