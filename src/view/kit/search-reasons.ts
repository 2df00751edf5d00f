/** Links that speak for a thing that was found, in words; and what is open, from which links are counted. */
import type { Leads, OpenThing } from '#domain/search';
import type { I18n } from '#view/kit/i18n.tsx';
import type { Route } from '#view/kit/router.tsx';

/** What a route has open; null where it is a list, a page of settings, or the search itself. */
export function openAt({ space, lens, object, params }: Route): OpenThing | null {
  return space === null || object === null ? null : { space, lens, fragment: object, node: params['m'] ?? params['t'] ?? null };
}

/** The reasons, the strongest first; none where no link is known. */
export function reasonsOf(leads: Leads | undefined, { t }: Pick<I18n, 't'>): string[] {
  if (!leads) return [];
  const near = leads.steps === 1 ? t('search.nearOne') : leads.steps === 2 ? t('search.nearTwo') : '';
  return [near, leads.by > 0 ? t('search.ledTo', { n: leads.by }) : ''].filter((one) => one !== '');
}
