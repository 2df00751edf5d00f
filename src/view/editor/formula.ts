/** Formulas in the notation of TeX, loaded with the first block of them. Drawn by KaTeX as elements, never as HTML; nothing in a formula loads or links. */
import { render } from 'katex';
import 'katex/dist/katex.min.css';

/** Draws a formula into an element; a fault in it as words, null when there is none. */
export function drawFormula(box: HTMLElement, tex: string): string | null {
  box.replaceChildren();
  try {
    // Limits of the library against formulas that grow without end.
    render(tex, box, { displayMode: true, throwOnError: true, strict: 'ignore', trust: false, maxSize: 20, maxExpand: 200 });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^KaTeX parse error: /, '') : String(error);
  }
}
