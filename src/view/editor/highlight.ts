/** Colours of code: the grammars, loaded with the first block that names its language. */
import { common, createLowlight } from 'lowlight';

/** Letters of one kind, UTF-16 units from the beginning of the code. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Classes as highlight.js names them. */
  readonly kind: string;
}

const grammars = createLowlight(common);

/** Names of the languages, and the other names they go by. */
export const knows = (lang: string): boolean => grammars.registered(lang);

type Part = { readonly type: string; readonly value?: string; readonly properties?: { readonly className?: unknown }; readonly children?: readonly Part[] };

/** The coloured stretches of a text; none in a language it does not know. */
export function stretchesOf(lang: string, text: string): Stretch[] {
  if (!knows(lang)) return [];
  const out: Stretch[] = [];
  let at = 0;
  const walk = (parts: readonly Part[], kind: string): void => {
    for (const part of parts) {
      const own = part.properties?.className;
      // One that names a language within the language has no colour of its own.
      if (part.type === 'element') walk(part.children ?? [], Array.isArray(own) && String(own[0]).startsWith('hljs-') ? own.join(' ') : kind);
      else {
        const from = at;
        at += part.value?.length ?? 0;
        if (kind !== '') out.push({ from, to: at, kind });
      }
    }
  };
  walk(grammars.highlight(lang, text).children as readonly Part[], '');
  return out;
}
