/** What a device may be used for, as it is kept and as it changes: by differences, so that nobody's older view of it brings back what was taken back. Pure. */
import { AppError } from '#base/app-error';
import { ACTOR_LIMITS } from '#os/actor-limits';
import { isActorName } from '#os/actors/piece';
import { LATER_KINDS, NO_CONSENT, type ComputeConsent, type ComputeKind, type ConsentChange } from '#os/compute-api';
import { fileName } from './file-node.ts';

const kindsFrom = (is: (kind: ComputeKind) => boolean): ComputeConsent['kinds'] => Object.fromEntries((Object.keys(NO_CONSENT.kinds) as ComputeKind[]).map((kind) => [kind, is(kind)])) as Record<ComputeKind, boolean>;

/** A consent as it was kept; anything else is none. */
export function readConsent(value: unknown): ComputeConsent {
  const said = value as Partial<ComputeConsent> | null | undefined;
  if (typeof said !== 'object' || said === null || typeof said.on !== 'boolean') return NO_CONSENT;
  const share = typeof said.share === 'number' && said.share >= 5 && said.share <= 100 ? said.share : NO_CONSENT.share;
  const hour = (one: unknown): one is number => typeof one === 'number' && Number.isInteger(one) && one >= 0 && one <= 24;
  const hours = Array.isArray(said.hours) && said.hours.length === 2 && hour(said.hours[0]) && hour(said.hours[1]) ? ([said.hours[0], said.hours[1]] as const) : null;
  const actors = Array.isArray(said.actors) ? [...new Set(said.actors.filter(isActorName))].slice(0, ACTOR_LIMITS.allowed) : [];
  const called = Object.fromEntries(actors.flatMap((actor) => {
    const name: unknown = said.called?.[actor];
    return typeof name === 'string' ? [[actor, fileName(name)]] : [];
  }));
  return { on: said.on, share, mains: said.mains !== false, hidden: said.hidden === true, busy: said.busy === true, hours, kinds: kindsFrom((kind) => (said.kinds?.[kind] === undefined ? !(said.on && LATER_KINDS.includes(kind)) : said.kinds[kind] !== false)), actors, called };
}

/** All of the change but what it allows. */
function changed(consent: ComputeConsent, { kinds, forbid, ...rest }: ConsentChange): ComputeConsent {
  return readConsent({ ...consent, ...rest, kinds: { ...consent.kinds, ...kinds }, actors: consent.actors.filter((actor) => actor !== forbid), called: consent.called });
}

/** The consent after a change. Throws `bad-value` when what it allows is no name of an actor, or so many are allowed. */
export function consentAfter(consent: ComputeConsent, change: ConsentChange): ComputeConsent {
  const [next, { allow }] = [changed(consent, change), change];
  if (!allow) return next;
  const actors = [...new Set([...next.actors, allow.actor])];
  if (!isActorName(allow.actor) || actors.length > ACTOR_LIMITS.allowed) throw new AppError('bad-value', 'This actor cannot be allowed.', 'Nothing was changed.', 'Take another one back first.');
  return readConsent({ ...next, actors, called: { ...next.called, [allow.actor]: allow.called } });
}

/** What of a change narrows the consent, and nothing that widens it. Other hours than before count as narrower: they are what the person said last. */
export function narrowed(consent: ComputeConsent, change: ConsentChange): ComputeConsent {
  const next = changed(consent, change);
  return {
    on: consent.on && next.on, share: Math.min(consent.share, next.share), mains: consent.mains || next.mains, hidden: consent.hidden && next.hidden, busy: consent.busy && next.busy, hours: next.hours ?? consent.hours,
    kinds: kindsFrom((kind) => consent.kinds[kind] && next.kinds[kind]), actors: next.actors, called: next.called,
  };
}
