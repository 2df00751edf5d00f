/**
 * Every dangerous act says what it can and what it cannot do (UX 11): each question before an act without Undo has its sentence, each red button
 * stands beside one, each red item of a menu asks first or is taken back by Undo; in both languages. A new one makes this red until it says so.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vite';
import { beforeAll, describe, expect, test } from 'vitest';
import { sources, type Source } from './import-scan.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const KEY = /^[a-z][a-zA-Z]*\.[a-z][a-zA-Z]*$/;

/** Parts that draw a red button of what they are told: who uses them is looked at. */
const PARTS: readonly string[] = ['src/view/kit/toast.tsx', 'src/view/kit/field-dialog.tsx'];

/** Red buttons that stand in a screen of their own: how many, and the sentences beside them. */
const BUTTONS: Readonly<Record<string, readonly [number, ...string[]]>> = {
  'src/view/goals/bulk-bar.tsx': [1, 'goal.bulkDeleteText'],
  'src/view/kit/fleeting-note.tsx': [2, 'fleeting.closeText', 'fleeting.late'],
  'src/view/kit/pairing.tsx': [1, 'pair.askText'],
  'src/view/settings/key-parts-section.tsx': [1, 'parts.warn'],
  'src/view/settings/model-row.tsx': [1, 'model.removeAsk'],
  'src/view/subscription/beacons-section.tsx': [1, 'beacons.readsLoses'],
  'src/view/subscription/person-acts.tsx': [1, 'person.roleOwner', 'person.roleSilent', 'person.roleLower', 'person.roleUnpaid', 'person.roleUnpaidLower', 'opens.loses'],
};

/** Red items of menus that do it at once: how many, and the file that gives the Undo. */
const UNDONE: Readonly<Record<string, readonly [number, string]>> = {
  'src/view/chat/use-row-tools.ts': [1, 'src/view/kit/message-acts.ts'],
  'src/view/editor/comment-panel.tsx': [1, 'src/view/kit/message-acts.ts'],
  'src/view/goals/goals-bar.tsx': [1, 'src/view/goals/goals-bar.tsx'],
  'src/view/learn/course-page.tsx': [1, 'src/view/learn/course-page.tsx'],
};

/** Red items of menus whose question stands with who draws the part: how many, and that file. */
const ASKED_BY: Readonly<Record<string, readonly [number, string]>> = {
  'src/view/chat/channel-view.tsx': [1, 'src/view/messenger/messenger-view.tsx'],
};

interface AstNode {
  type: string;
  [key: string]: unknown;
}
type Node = AstNode & { name?: unknown; value?: unknown };

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && typeof (value as AstNode).type === 'string';

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const value of Object.values(node)) for (const one of Array.isArray(value) ? value : [value]) if (isNode(one)) walk(one, visit);
}

/** Texts written in a part of the source. */
function literals(node: unknown): string[] {
  const out: string[] = [];
  if (isNode(node)) walk(node, (one) => one.type === 'Literal' && typeof one.value === 'string' && out.push(one.value));
  return out;
}

interface Dangers {
  /** Of ConfirmWithConsequence and of dialogs of one field that take something away: the keys of what they say. */
  readonly asked: string[][];
  readonly buttons: number;
}

const nameOf = (node: unknown): string => (isNode(node) ? String(node.name) : '');

function dangersOf({ file, text }: Pick<Source, 'file' | 'text'>): Dangers {
  const asked: string[][] = [];
  let buttons = 0;
  walk(parseAst(text, { lang: file.endsWith('x') ? 'tsx' : 'ts' }) as unknown as Node, (node) => {
    if (node.type !== 'JSXOpeningElement') return;
    const props = new Map((node['attributes'] as Node[]).map((one) => [nameOf(one.name), one.value] as const));
    const keys = (prop: string): string[] => literals(props.get(prop)).filter((word) => KEY.test(word));
    const tag = nameOf(node.name);
    if (tag === 'ConfirmWithConsequence') asked.push(keys('consequence'));
    if (tag === 'FieldDialog' && props.has('danger')) asked.push(keys('note'));
    if (tag === 'Button' && literals(props.get('kind')).includes('bad')) buttons++;
  });
  return { asked, buttons };
}

/** A menu's red item and a tone of a word in a table are written alike; items have something that happens. */
const itemsOf = (source: Source): number => [...source.code.matchAll(/tone: 'bad'(?: as const)?, onSelect/g)].length;

const all = sources(ROOT, ['src/view'], (file) => file.startsWith('src/view/i18n/'));
const found = new Map(all.map((source) => [source.file, dangersOf(source)]));
const words: Record<'en' | 'ru', Record<string, unknown>> = { en: {}, ru: {} };

beforeAll(async () => {
  const folder = join(ROOT, 'src', 'view', 'i18n');
  for (const file of readdirSync(folder).filter((name) => /^(?:en|ru)(?:-.*)?\.ts$/.test(name))) {
    const loaded = (await import(/* @vite-ignore */ join(folder, file))) as Record<string, unknown>;
    // What a tab that keeps nothing says instead stands in files of its own names.
    for (const [name, part] of Object.entries(loaded)) if (!name.endsWith('Instead') && typeof part === 'object') Object.assign(words[file.slice(0, 2) as 'en' | 'ru'], part);
  }
});

/** What is wrong with the words of a key: in a language it is not there, or is no sentence. */
function faults(key: string): string[] {
  return (['en', 'ru'] as const).flatMap((lang) => {
    const message = words[lang][key];
    const forms = typeof message === 'string' ? [message] : Object.values((message ?? {}) as Record<string, string>);
    if (forms.length === 0) return [`${lang} lacks ${key}`];
    return forms.flatMap((form) => (form.trim().split(/\s+/).length >= 4 && /[.!?]$/.test(form) ? [] : [`${lang} ${key} is no sentence: ${form}`]));
  });
}

describe('{V8} every dangerous act says what it can and what it cannot do', () => {
  test('each question before an act without Undo has a sentence, in en and ru', () => {
    const asked = [...found].flatMap(([file, one]) => one.asked.map((keys) => ({ file, keys })));
    expect(asked.length).toBeGreaterThanOrEqual(16);
    expect(asked.filter(({ keys }) => keys.length === 0).map(({ file }) => file)).toEqual([]);
    expect(asked.flatMap(({ keys }) => keys).flatMap(faults)).toEqual([]);
  });

  test('each red button stands beside a sentence, in en and ru; there is none that is not in the table', () => {
    const buttons = [...found].filter(([file, one]) => one.buttons > 0 && !PARTS.includes(file)).map(([file, one]) => [file, one.buttons]);
    expect(Object.fromEntries(buttons)).toEqual(Object.fromEntries(Object.entries(BUTTONS).map(([file, [count]]) => [file, count])));
    for (const [file, [, ...keys]] of Object.entries(BUTTONS)) {
      const { code } = all.find((one) => one.file === file)!;
      expect(keys.filter((key) => !code.includes(`'${key}'`)), file).toEqual([]);
      expect(keys.flatMap(faults), file).toEqual([]);
    }
    for (const file of PARTS) expect(found.get(file)!.buttons, file).toBe(1);
  });

  test('each red item of a menu asks first, or is in the table with the file that gives its Undo', () => {
    const items = all.map((source) => [source.file, itemsOf(source)] as const).filter(([, count]) => count > 0);
    expect(items.reduce((sum, [, count]) => sum + count, 0)).toBeGreaterThanOrEqual(9);
    const atOnce = items.filter(([file]) => found.get(file)!.asked.length === 0);
    expect(Object.fromEntries(atOnce)).toEqual(Object.fromEntries(Object.entries({ ...UNDONE, ...ASKED_BY }).map(([file, [count]]) => [file, count])));
    for (const [, by] of Object.values(ASKED_BY)) expect(found.get(by)!.asked.length, by).toBeGreaterThan(0);
    for (const [, undo] of Object.values(UNDONE)) expect(all.find(({ file }) => file === undo)!.code, undo).toMatch(/\bundo: /);
  });

  test('control: a question without a sentence, a red button nobody named, and words that are no sentence are found', () => {
    const planted = dangersOf({ file: 'x.tsx', text: "const a = <><ConfirmWithConsequence consequence={why} act={t('a.go')} /><FieldDialog danger act=\"a.go\" /><Button kind={late ? 'bad' : 'quiet'} /><Button kind=\"bad\" /><Button kind=\"quiet\" /></>;" });
    expect([planted.asked, planted.buttons]).toEqual([[[], []], 2]);
    expect(dangersOf({ file: 'x.tsx', text: "const a = <ConfirmWithConsequence consequence={t(b ? 'a.one' : 'a.two')} />;" }).asked).toEqual([['a.one', 'a.two']]);
    expect(faults('goal.bulkDelete')).toHaveLength(2);
    expect(faults('no.such')).toEqual(['en lacks no.such', 'ru lacks no.such']);
  });
});
