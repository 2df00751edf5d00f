/** What a menu offers for whole blocks. */
import type { Command } from '@tiptap/pm/state';
import type { I18n } from '#view/kit/i18n.tsx';
import { CTRL } from '#view/kit/keyboard.tsx';
import type { MenuItem } from '#view/kit/overlays.tsx';
import { cutBlocks, doubleBlocks, moveBlocks, turnInto, type Kind } from './acts.ts';
import { chosenBlocks, type Placed } from './block-selection.ts';
import { FORMULA } from './code-marks.ts';

const kinds = (t: I18n['t']): [string, Kind][] => [
  [t('document.paragraph'), { kind: 'paragraph' }], ...[1, 2, 3].map((level): [string, Kind] => [t('document.heading', { n: level }), { kind: 'heading', level }]),
  [t('document.bullets'), { kind: 'list' }], [t('document.numbers'), { kind: 'list', numbered: true }], [t('document.task'), { kind: 'task' }], [t('document.quote'), { kind: 'quote' }], [t('document.callout'), { kind: 'callout' }], [t('document.code'), { kind: 'code' }], [t('document.formula'), { kind: 'code', lang: FORMULA }],
];

const areOf = (blocks: readonly Placed[], { kind, level, numbered, lang }: Kind): boolean => blocks.every(({ node: { attrs } }) => attrs['kind'] === kind && (attrs['lang'] === FORMULA) === (lang === FORMULA) && attrs['level'] === (level ?? null) && attrs['numbered'] === (numbered ?? null));

/** Moves, copies, deletes, and the kinds for those that have words. `blocks` are those the menu is of; `run` does a command with them. */
export function blockItems(t: I18n['t'], blocks: readonly Placed[], run: (command: Command) => () => void): (MenuItem | string | null)[] {
  const words = blocks.filter(({ node }) => node.isTextblock);
  return [
    { label: t('block.up'), end: 'Alt+↑', onSelect: run(moveBlocks(-1)) }, { label: t('block.down'), end: 'Alt+↓', onSelect: run(moveBlocks(1)) }, { label: t('block.twice'), icon: 'copy', ...(blocks.length > 1 ? { end: `${CTRL}+D` } : {}), onSelect: run(doubleBlocks) },
    { label: t('block.away'), icon: 'trash', onSelect: run(cutBlocks) },
    ...(words.length > 0 ? [t('document.insert'), ...kinds(t).map(([label, kind]): MenuItem => ({ label, checked: areOf(words, kind), onSelect: run((state, dispatch) => areOf(chosenBlocks(state).filter(({ node }) => node.isTextblock), kind) || turnInto(kind)(state, dispatch)) }))] : []),
  ];
}
