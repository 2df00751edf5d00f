/** What stands in the field of a property: what was typed until its node has it, whatever others write meanwhile. Pure. */
import { setProperty, type Property } from '#domain/shared/properties';

/** What was typed, null when nothing; `sent`: it was given to the node, which says it soon. */
export interface Draft {
  readonly text: string | null;
  readonly sent: boolean;
}

export const NO_DRAFT: Draft = { text: null, sent: false };

/** Another value came: words somebody is at stay before them. */
export const afterNews = (draft: Draft): Draft => (draft.text === null || draft.sent ? NO_DRAFT : draft);

/** What was given to the node was refused: it goes, unless something else was typed meanwhile. */
export const afterRefusal = (text: string | null) => (draft: Draft): Draft => (draft.sent && draft.text === text ? NO_DRAFT : draft);

/** What the words of a field say; undefined when they are no value of the kind, or more than is kept. */
export function typedValue({ kind, value }: Pick<Property, 'kind' | 'value'>, typed: string): Property['value'] | undefined {
  const text = typed.trim();
  const read = text === '' ? null : kind === 'number' ? Number(text) : text;
  const made = setProperty({ id: '', verb: '' }, { id: '', name: '', ord: 0, kind, value }, read);
  return made.ok || made.error.code === 'no-change' ? read : undefined;
}
