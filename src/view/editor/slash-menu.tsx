/** The menu behind `/`: kinds of blocks, found by their name in the reader's language or in English. The text field keeps the focus. */
import type { Editor } from '@tiptap/core';
import type { EditorState } from '@tiptap/pm/state';
import { useMemo, type ReactNode, type RefObject } from 'react';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { bestChoices, type Choice } from '#view/kit/picker.tsx';
import { putDivider, turnInto, type Kind } from './acts.ts';
import { FORMULA } from './code-marks.ts';
import { putTable } from './table-acts.ts';
import { TextMenu, type MenuKeys } from './text-menu.tsx';

/** Where a `/` was typed, and what behind it. */
export interface Slash {
  readonly from: number;
  readonly query: string;
}

/** The `/` the caret stands behind, at the beginning of a line or of a word; null when there is none. */
export function slashAt({ selection: { $head, empty } }: EditorState): Slash | null {
  if (!empty || $head.depth === 0 || $head.node(1).type.name !== 'block') return null;
  const match = /(?:^|\s)\/([^\s/]{0,24})$/u.exec($head.parent.textBetween(0, $head.parentOffset));
  return match && { from: $head.pos - match[1]!.length - 1, query: match[1]! };
}

/** Something else that the menu does where the caret stands. */
export interface SlashAct extends Choice {
  run(): void;
}

type Entry = SlashAct | (Choice & { readonly kind: Kind });

function entries(t: I18n['t']): Entry[] {
  const entry = (id: string, label: string, note: string, kind: Kind): Entry => ({ id, label, note, kind });
  return [
    entry('paragraph', t('document.paragraph'), '', { kind: 'paragraph' }),
    ...[1, 2, 3].map((level) => entry(`heading${level}`, t('document.heading', { n: level }), '#'.repeat(level), { kind: 'heading', level })),
    entry('bullets', t('document.bullets'), '-', { kind: 'list' }),
    entry('numbers', t('document.numbers'), '1.', { kind: 'list', numbered: true }),
    entry('task', t('document.task'), '[]', { kind: 'task' }),
    entry('quote', t('document.quote'), '>', { kind: 'quote' }),
    entry('callout', t('document.callout'), '!', { kind: 'callout' }),
    entry('code', t('document.code'), '```', { kind: 'code' }),
    entry('formula', t('document.formula'), '$$', { kind: 'code', lang: FORMULA }),
    entry('table', t('document.table'), '| a | b |', { kind: 'table' }),
    entry('divider', t('document.divider'), '---', { kind: 'divider' }),
  ];
}

/** The menu. */
export function SlashMenu({ editor, slash, keys, acts, onClose }: { editor: Editor; slash: Slash; keys: RefObject<MenuKeys | null>; acts: readonly SlashAct[]; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const choices = useMemo(() => bestChoices(slash.query, [...entries(t), ...acts], 12), [slash.query, acts, t]);
  const pick = (choice: Choice): void => {
    const entry = choice as Entry;
    editor.view.dispatch(editor.state.tr.delete(slash.from, slash.from + slash.query.length + 1));
    // What is taken is not typed any more: the menu is gone with it.
    if ('run' in entry) return entry.run();
    const { kind } = entry;
    const command = kind.kind === 'divider' ? putDivider : kind.kind === 'table' ? putTable : turnInto(kind);
    // Of a paragraph nothing has to be made.
    if (kind.kind !== editor.state.selection.$head.node(1).attrs['kind'] || kind.kind !== 'paragraph') command(editor.state, editor.view.dispatch);
  };
  return <TextMenu editor={editor} from={slash.from} label={t('document.insert')} choices={choices} keys={keys} onPick={pick} onClose={onClose} />;
}
