/** Formulas in the notation of TeX, loaded with the first of them. Drawn by KaTeX as elements, never as HTML; nothing in a formula loads or links. */
import { render } from 'katex';
import 'katex/dist/katex.min.css';

/** Draws a formula into an element, one in a `line` smaller; a fault in it as words, null when there is none. */
export function drawFormula(box: HTMLElement, tex: string, line = false): string | null {
  box.replaceChildren();
  try {
    // Limits of the library against formulas that grow without end.
    render(tex, box, { displayMode: !line, throwOnError: true, strict: 'ignore', trust: false, maxSize: 20, maxExpand: 200 });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^KaTeX parse error: /, '') : String(error);
  }
}
