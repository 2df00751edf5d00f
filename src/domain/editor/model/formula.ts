/** Formulas in a line, in the notation of TeX: code whose words stand between two `$`. Which words are meant so when they are typed or come in is the rule of Pandoc: prices stay words. */

/** What stands between the signs has no space beside them. */
export const FORMULA_WORDS = String.raw`\$(?=\S)[^$` + '`' + String.raw`\n]{1,500}?(?<=[^\s\\])\$`;
/** No letter, digit or other sign stands before or behind it. */
export const FORMULA_FREE = { before: String.raw`(?<![\\\w$` + '`])', behind: String.raw`(?![\w$` + '`])' } as const;
const ALONE = new RegExp(`^${FORMULA_WORDS}$`);
const FREE = new RegExp(`${FORMULA_FREE.before}${FORMULA_WORDS}${FORMULA_FREE.behind}`, 'g');
const BEGUN = new RegExp(FORMULA_FREE.before + String.raw`\$(?=[^\s\d$])[^$` + '`' + String.raw`\n]*$`);

/** Is a code span a formula? */
export const isFormula = (code: string): boolean => ALONE.test(code);

/** Does a text end inside of one? A digit behind the sign is a price. */
export const inFormula = (text: string): boolean => BEGUN.test(text);

/** A text in pieces, its formulas apart. */
export function formulasApart(text: string): { readonly text: string; readonly formula: boolean }[] {
  const out: { text: string; formula: boolean }[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(FREE)) {
    if (index > from) out.push({ text: text.slice(from, index), formula: false });
    out.push({ text: found, formula: true });
    from = index + found.length;
  }
  if (from < text.length) out.push({ text: text.slice(from), formula: false });
  return out;
}
