/** What a property says, as words. */
import type { Property } from '#domain/shared/properties';
import type { I18n } from '#view/kit/i18n.tsx';
import { dayWords } from '#view/kit/node-card.tsx';
import type { People } from '#view/kit/people.tsx';
import './property-words.ts';

/** The words; null: it says nothing. */
export function propertyWords(i18n: I18n, people: People, { kind, value }: Pick<Property, 'kind' | 'value'>): string | null {
  if (value === null) return null;
  if (kind === 'check') return i18n.t(value === true ? 'property.yes' : 'property.no');
  return kind === 'person' ? people.name(String(value)) : kind === 'day' ? dayWords(i18n, String(value)) : typeof value === 'number' ? i18n.number(value) : String(value);
}
