/** axe-core on what is seen. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Look } from './look.ts';

interface Violation {
  id: string;
  impact: string;
  help: string;
  nodes: { target: string[]; failureSummary: string }[];
}

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** To be run in the page before its own scripts. */
export const axeSource = (): Promise<string> => readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A picture without words, and grey on white. */
export const AXE_CONTROL = { html: '<main><h1>Faults</h1><img src="data:,"><p style="background:#fff;color:#bbb">Grey</p></main>', finds: ['image-alt', 'color-contrast'] };

/** All rules once for a page; in the other theme the rules of colour, since nothing else can change. */
export async function axeLook({ page, first }: Look): Promise<string[]> {
  const { violations, passes } = await page.evaluate(async ([tags, all]) => {
    const axe = (globalThis as unknown as { axe: { run(options: object): Promise<{ violations: Violation[]; passes: unknown[] }> } }).axe;
    const runOnly = all ? { type: 'tag', values: tags } : { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };
    const result = await axe.run({ resultTypes: ['violations'], runOnly });
    return { passes: result.passes.length, violations: result.violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, nodes: nodes.slice(0, 3).map((node) => ({ target: node.target.map(String), failureSummary: node.failureSummary })) })) };
  }, [TAGS, first] as const);
  const faults = violations.map(({ id, impact, help, nodes }) => `${id} (${impact}) ${help}${nodes.map((node) => `\n    ${node.target.join(' ')}: ${(node.failureSummary ?? '').replaceAll('\n', ' ').slice(0, 260)}`).join('')}`);
  return first && passes < 5 ? [...faults, `only ${passes} rules of axe passed: it did not look`] : faults;
}
