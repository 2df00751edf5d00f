/** Settings → Compute: which actors may run here for others. Each is looked at first: what it asks for and how much memory it may have stands in its bytes. */
import '#view/kit/compute-words.ts';
import { useEffect, useState, type ReactNode } from 'react';
import { ACTOR_LIMITS } from '#os/actor-limits';
import { inspectActor, type Grant, type Inspected } from '#os/actors/inspect';
import { actorName } from '#os/actors/piece';
import type { ComputeConsent, ConsentChange } from '#os/compute-api';
import { holdsActors } from '#view/kit/actor-frame.ts';
import { moduleBytesOf } from '#view/kit/actor-run.ts';
import { Button } from '#view/kit/controls.tsx';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { useKernel, useSpaces } from '#view/kit/kernel.tsx';
import { modulesIn, type Found } from './actor-modules.ts';

/** Letters of a name that are shown. */
const SHOWN = 12;
const GRANT_WORD: Readonly<Record<Grant, Key>> = { random: 'compute.grantRandom', log: 'compute.grantLog' };

/** Modules in the spaces of this person. */
function useModules(): readonly Found[] {
  const api = useKernel();
  const spaces = useSpaces();
  const [found, setFound] = useState<readonly Found[]>([]);
  useEffect(() => {
    let alive = true;
    void modulesIn(api, spaces ?? []).then((all) => alive && setFound(all));
    return () => void (alive = false);
  }, [api, spaces]);
  return found;
}

/** The part; nothing while there are no modules and none is allowed. */
export function ActorsPart({ consent, change }: { consent: ComputeConsent; change: (part: ConsentChange) => void }): ReactNode {
  const { t } = useI18n();
  const found = useModules();
  if (found.length === 0 && consent.actors.length === 0) return null;
  return (
    <div className="setting setting-column">
      <h2 className="medium">{t('compute.actors')}</h2>
      <p className="small muted">{t(holdsActors() ? 'compute.actorsNote' : 'compute.actorsNotHere')}</p>
      {consent.actors.length > 0 && (
        <ul aria-label={t('compute.actorsAllowed')}>
          {consent.actors.map((name) => (
            <li key={name} className="line wrap">
              {consent.called[name] !== undefined && <span className="cut" dir="auto">{consent.called[name]}</span>}
              <code className="small" title={name}>{name.slice(0, SHOWN)}</code>
              <Button kind="quiet" size="compact" aria-label={t('compute.actorForbidIt', { name: `${consent.called[name] ?? ''} ${name.slice(0, SHOWN)}`.trim() })} onClick={() => change({ forbid: name })}>{t('compute.actorForbid')}</Button>
            </li>
          ))}
        </ul>
      )}
      {holdsActors() && found.map((one) => <Module key={`${one.space} ${one.file}`} found={one} consent={consent} change={change} />)}
    </div>
  );
}

type Looked = { readonly name: string; readonly size: number; readonly seen: Inspected } | 'looking' | 'away' | null;

function Module({ found, consent, change }: { found: Found; consent: ComputeConsent; change: (part: ConsentChange) => void }): ReactNode {
  const { t, bytes, list } = useI18n();
  const api = useKernel();
  const [looked, setLooked] = useState<Looked>(null);
  const look = async (): Promise<void> => {
    setLooked('looking');
    const module = await moduleBytesOf(api.files!, found.space, found.file).catch(() => null);
    setLooked(module ? { name: actorName(module), size: module.length, seen: inspectActor(module) } : 'away');
  };
  const told = (): string => {
    if (looked === null) return '';
    if (looked === 'looking') return t('compute.actorLooking');
    if (looked === 'away') return t('compute.actorAway');
    if (!looked.seen.ok) return t('compute.actorNone');
    const { asks, memoryBytes } = looked.seen.facts;
    return t('compute.actorFacts', { size: bytes(looked.size), memory: bytes(memoryBytes), asks: asks.length > 0 ? list(asks.map((one) => t(GRANT_WORD[one]))) : t('compute.grantNone') });
  };
  const name = looked !== null && typeof looked === 'object' && looked.seen.ok ? looked.name : null;
  const full = consent.actors.length >= ACTOR_LIMITS.allowed;
  return (
    <div className="line wrap">
      <span className="cut" dir="auto">{found.name} · {found.spaceName}</span>
      <span className="small muted" role="status">{told()}</span>
      {name === null ? <Button size="compact" disabled={looked === 'looking'} aria-label={t('compute.actorLookAt', { name: found.name })} onClick={() => void look()}>{t('compute.actorLook')}</Button>
        : !consent.actors.includes(name) && <Button size="compact" disabled={full} aria-label={t('compute.actorAllowIt', { name: found.name })} onClick={() => change({ allow: { actor: name, called: found.name } })}>{full ? t('compute.actorFull') : t('compute.actorAllow')}</Button>}
    </div>
  );
}
