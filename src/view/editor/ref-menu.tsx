/** The menu behind `[[` and `@`: pages, channels and people of the space. What is chosen becomes a link by its id; behind `![[` a page, or a part of one, is shown here. */
import type { Editor } from '@tiptap/core';
import { useEffect, useMemo, type ReactNode, type RefObject } from 'react';
import { CHANNEL } from '#domain/chat';
import { DOCUMENT } from '#domain/editor';
import { FRAGMENT, readDirectoryEntry, ROOT, type DirectoryEntry } from '#domain/shared';
import { Face } from '#view/kit/face.tsx';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useNodes } from '#view/kit/kernel.tsx';
import { usePeople } from '#view/kit/people.tsx';
import { bestChoices, type Choice } from '#view/kit/picker.tsx';
import { formatRoute } from '#view/kit/router.tsx';
import { showSigns } from './binding.ts';
import { nameRefs, type Asked } from './refs.ts';
import { putShown } from './shown.ts';
import { useShownChoices, useTypedNames } from './shown-menu.ts';
import { TextMenu, type MenuKeys } from './text-menu.tsx';

const CHOICES = 8;

interface Target extends Choice {
  /** Its address is the id of the choice. */
  readonly person: boolean;
  /** Its text can be shown here. */
  readonly page: boolean;
  /** How it stands in the text. */
  readonly words: string;
}

/** Pages and channels that can be linked to. One without a name has none to be shown under: a link to it shows the words it was made with. */
export function placesOf(space: string, entries: readonly Pick<DirectoryEntry, 'type' | 'fragment' | 'title'>[], t: I18n['t']): Target[] {
  return entries.flatMap(({ type, fragment, title }): Target[] => {
    if (title === '') return [];
    if (type === DOCUMENT) return [{ id: formatRoute({ space, lens: 'documents', object: fragment }), label: title, words: title, note: t('lens.documents'), start: <Icon name="fragment" tone="type-document" />, person: false, page: true }];
    return type === CHANNEL ? [{ id: formatRoute({ space, lens: 'chat', object: fragment }), label: title, words: `#${title}`, note: t('lens.chat'), start: <Icon name="channel" />, person: false, page: false }] : [];
  });
}

/** What can be linked to in a space. */
function useTargets(space: string): Target[] {
  const { t } = useI18n();
  const people = usePeople(space);
  const { nodes } = useNodes(space, { type: FRAGMENT, fragment: ROOT });
  return useMemo(() => {
    const entries = [...nodes.values()].flatMap((node) => readDirectoryEntry(node) ?? []).sort((a, b) => (a.stamp > b.stamp ? -1 : 1));
    return [...placesOf(space, entries, t), ...people.members.map(({ uid }): Target => ({ id: formatRoute({ space, lens: 'access', object: uid }), label: people.name(uid), words: `@${people.name(uid)}`, start: <Face uid={uid} name={people.name(uid)} size={20} />, person: true, page: false }))];
  }, [nodes, people, space, t]);
}

/** The menu, and the present names in the text. */
export function RefMenu({ space, editor, asked, keys, onClose }: { space: string; editor: Editor; asked: Asked | null; keys: RefObject<MenuKeys | null>; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const targets = useTargets(space);
  useEffect(() => {
    const names = new Map(targets.map(({ id, words }) => [id, words]));
    if (!editor.isDestroyed) showSigns(editor.view, (tr) => nameRefs(tr, (href) => names.get(href) ?? null));
  }, [editor, targets]);
  const pages = useMemo(() => targets.filter(({ page }) => page), [targets]);
  const shown = useShownChoices(asked?.show ? asked.query : null, pages, CHOICES);
  useTypedNames(editor, pages);
  const query = asked?.show ? undefined : asked?.query;
  const first = asked?.people === true;
  const choices = useMemo(() => (query === undefined ? [] : bestChoices(query, [...targets].sort((a, b) => (a.person === b.person ? 0 : a.person === first ? -1 : 1)), CHOICES)), [targets, query, first]);
  if (!asked) return null;
  const pick = (choice: Choice): void => {
    const { state } = editor;
    if (asked.show) {
      editor.view.dispatch(putShown(state, asked.from, { href: choice.id, words: (choice as Target).words }));
      return onClose();
    }
    const link = state.schema.text((choice as Target).words, [state.schema.mark('link', { href: choice.id })]);
    const { $head } = state.selection;
    const next = $head.parent.textBetween($head.parentOffset, $head.parent.content.size)[0];
    const gap = next === undefined || !/\s/u.test(next) ? [state.schema.text(' ')] : [];
    editor.view.dispatch(state.tr.replaceWith(asked.from, $head.pos, [link, ...gap]).removeStoredMark(state.schema.marks['link']!).scrollIntoView());
    onClose();
  };
  return <TextMenu editor={editor} from={asked.from} label={t(asked.show ? 'shown.choose' : 'ref.insert')} choices={asked.show ? shown : choices} keys={keys} onPick={pick} onClose={onClose} />;
}
