/** Beside the code the caret is in: its language. By keyboard: Alt+F10 leads to the menu of the block, Tab from there to this. */
import type { Editor } from '@tiptap/core';
import type { EditorState } from '@tiptap/pm/state';
import type { ReactNode } from 'react';
import { useI18n } from '#view/kit/i18n.tsx';
import { FORMULA } from './code-marks.ts';
import { useBarSpot } from './use-bar-spot.ts';
import './code.css';

/** Languages that are offered, by the names they have in the document and for people; more are known by their names. */
export const LANGUAGES: readonly (readonly [string, string])[] = [
  ['bash', 'Bash'], ['c', 'C'], ['cpp', 'C++'], ['csharp', 'C#'], ['css', 'CSS'], ['diff', 'Diff'], ['go', 'Go'], ['graphql', 'GraphQL'], ['html', 'HTML, XML'], ['ini', 'INI, TOML'], ['java', 'Java'], ['javascript', 'JavaScript'], ['json', 'JSON'],
  ['kotlin', 'Kotlin'], ['lua', 'Lua'], ['makefile', 'Makefile'], ['markdown', 'Markdown'], ['perl', 'Perl'], ['php', 'PHP'], ['python', 'Python'], ['r', 'R'], ['ruby', 'Ruby'], ['rust', 'Rust'], ['scss', 'SCSS'], ['sql', 'SQL'], ['swift', 'Swift'],
  ['typescript', 'TypeScript'], ['wasm', 'WebAssembly'], ['yaml', 'YAML'],
];

/** Other names of those. */
export const ALSO: Readonly<Record<string, string>> = { 'sh': 'bash', 'shell': 'bash', 'zsh': 'bash', 'c++': 'cpp', 'cs': 'csharp', 'c#': 'csharp', 'golang': 'go', 'xml': 'html', 'svg': 'html', 'toml': 'ini', 'js': 'javascript', 'jsx': 'javascript', 'mjs': 'javascript', 'kt': 'kotlin', 'md': 'markdown', 'pl': 'perl', 'py': 'python', 'rb': 'ruby', 'rs': 'rust', 'ts': 'typescript', 'tsx': 'typescript', 'yml': 'yaml' };

const codeAt = ({ selection: { $head } }: EditorState): { pos: number; fact: string } | null => ($head.depth === 1 && $head.parent.type.name === 'code' ? { pos: $head.before(1), fact: String($head.parent.attrs['lang'] ?? '') } : null);

/** The bar. */
export function CodeBar({ editor }: { editor: Editor }): ReactNode {
  const { t } = useI18n();
  const spot = useBarSpot(editor, codeAt);
  if (!spot) return null;
  const lang = ALSO[spot.fact] ?? spot.fact;
  const known = lang === '' || lang === FORMULA || LANGUAGES.some(([id]) => id === lang);
  const choose = (next: string): void => {
    const place = codeAt(editor.state);
    if (place) editor.view.dispatch(editor.state.tr.setNodeAttribute(place.pos, 'lang', next === '' ? null : next));
    editor.view.focus();
  };
  return (
    <div className="table-bar code-bar" style={{ '--bottom': `${spot.bottom}px` } as React.CSSProperties}>
      <select className="small" aria-label={t('code.language')} value={lang} onChange={(event) => choose(event.target.value)}>
        <option value="">{t('code.plain')}</option>
        <option value={FORMULA}>{t('document.formula')}</option>
        {!known && <option value={lang}>{lang}</option>}
        {LANGUAGES.map(([id, name]) => <option key={id} value={id}>{name}</option>)}
      </select>
    </div>
  );
}
