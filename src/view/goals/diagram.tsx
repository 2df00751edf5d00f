/**
 * The dependency diagram: things in layers, each behind what it waits for, the decisive path heavier, links of a circle broken. Arrows lead along the lines,
 * Enter opens; below it the same links as a table, also those that are not drawn.
 */
import { useEffect, useMemo, useRef, useState, type CSSProperties, type KeyboardEvent, type ReactNode } from 'react';
import '#view/kit/compute-words.ts';
import '#view/kit/goal-views-words.ts';
import type { Layers, LayersAsked } from '#domain/goals/layers';
import { LAYERS_MOST } from '#domain/goals/layers-piece';
import type { Work } from '#domain/goals/work';
import { Button, IconButton } from '#view/kit/controls.tsx';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useNarrow } from '#view/kit/media.ts';
import { useRoute } from '#view/kit/router.tsx';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';
import { DiagramTable } from './diagram-table.tsx';
import { diagramOf, DRAWN, headIn, stepIn, thingsSaid, type DiagramLink, type ThingSaid, type Way } from './diagram-model.ts';
import { lagWords, linkWords } from './link-words.ts';
import { STATUS_WORDS } from './moves.ts';
import type { SeldomProps } from './seldom.tsx';
import { useLayers, type LayersHere } from './use-layers.ts';
import { Finder } from './work-fields.tsx';
import './diagram.css';

/** Rem of a thing, and of a letter on a line. */
const WIDTH = 12;
const HEIGHT = 3.25;
const LETTER = 0.5;

type Props = SeldomProps;

const NOBODY: readonly string[] = [];

/** The diagram. */
export function Diagram(props: Props): ReactNode {
  const { works, plan, here, mover } = props;
  const { space } = useRoute();
  const i18n = useI18n();
  const { t } = i18n;
  const down = useNarrow();
  const [centre, setCentre] = useState<string | null>(null);
  const [whole, setWhole] = useState(false);
  const diagram = useMemo(() => diagramOf(works, plan, centre, whole ? LAYERS_MOST : undefined), [works, plan, centre, whole]);
  const { links, linked, all, alone, left, hidden } = diagram;
  const findable = useMemo(() => ({ ...here, all: new Map(linked.map((work) => [work.id, work])) }), [here, linked]);
  // A title that changes moves nothing.
  const day = plan?.asked.day ?? 480;
  const key = JSON.stringify([down, diagram.works.map(({ id }) => id), links.map(({ from, to, kind, lag }) => [from, to, kind === 'FS' && lag === 0 ? '' : linkWords(i18n, { kind, lag }, day)])]);
  const asked = useMemo((): LayersAsked => {
    const [, ids, drawn] = JSON.parse(key) as [boolean, string[], [string, string, string][]];
    const at = new Map(ids.map((id, i) => [id, i]));
    return { count: ids.length, width: WIDTH, height: HEIGHT, down, links: drawn.map(([from, to, label]) => [at.get(from)!, at.get(to)!, label === '' ? 0 : label.length * LETTER + 0.75]) };
  }, [key, down]);
  const { here: layers, again } = useLayers(asked, diagram, whole ? space : null);
  // Places belong to what was asked: until the next are there the former things stand at them.
  const placed = layers === null || layers === 'failed' || layers.asked === asked ? diagram : layers.of;
  if (all.length === 0) return <EmptyState title={t('goal.noLinks')} text={t('goal.noLinksText')} />;
  const chosen = centre === null ? undefined : here.all.get(centre);
  return (
    <div className="diagram-view">
      <div className="diagram-bar line wrap small">
        {(left > 0 || chosen) && <span className="muted">{t('goal.diagramDrawn', { n: diagram.works.length, all: diagram.works.length + left })}</span>}
        {whole && left === 0 && linked.length > DRAWN && <span className="muted">{t('goal.diagramWhole', { n: diagram.works.length })}</span>}
        <Whole whole={whole} more={Math.min(linked.length, LAYERS_MOST.things)} by={layers === 'failed' ? null : layers?.asked === asked ? layers.by.length : 'running'} onChange={setWhole} />
        {left > 0 && <div className="diagram-find"><Finder label={t('goal.diagramAround')} here={findable} not={NOBODY} onPick={setCentre} /></div>}
        {chosen && <span className="tag" dir="auto">{chosen.title}<IconButton icon="close" size={12} name={t('goal.diagramAll')} onClick={() => setCentre(null)} /></span>}
        {hidden > 0 && <span className="muted">{t('goal.diagramLines', { n: hidden })}</span>}
        {alone > 0 && <span className="muted">{t('goal.diagramAlone', { n: alone })}</span>}
      </div>
      {layers === 'failed' ? <p className="note" role="alert"><Icon name="alert" /><span className="grow">{t('goal.diagramFailed')}</span><Button size="compact" onClick={again}>{t('act.tryNow')}</Button></p> : layers === null ? <Skeleton label={t('list.loading')} /> : <Drawing {...props} here={here} links={placed.links} shown={placed.works} places={layers} day={day} />}
      <p className="small muted diagram-note">{t('goal.diagramKeys')}</p>
      <DiagramTable links={all} works={here.all} acts={mover.acts} day={day} onOpen={props.onOpen} />
    </div>
  );
}

interface WholeProps {
  readonly whole: boolean;
  /** Things that would be drawn. */
  readonly more: number;
  /** So many devices computed it, none: this one; null: nobody. */
  readonly by: number | null | 'running';
  onChange(whole: boolean): void;
}

/** More than any device places soon: computed here or by a device that helps, and who did it. */
function Whole({ whole, more, by, onChange }: WholeProps): ReactNode {
  const { t } = useI18n();
  if (more <= DRAWN) return null;
  return (
    <span className="line wrap" role="status">
      {whole && by !== null && <span className="muted">{by === 'running' ? t('goal.diagramRunning') : by > 0 ? t('goal.diagramBy', { n: by }) : t('compute.exactHere')}</span>}
      <Button kind="quiet" size="compact" onClick={() => onChange(!whole)}>{t(whole ? 'goal.diagramFewer' : 'goal.diagramMore', { n: more })}</Button>
    </span>
  );
}

interface DrawingProps extends Props {
  readonly links: readonly DiagramLink[];
  readonly shown: readonly Work[];
  readonly places: Omit<LayersHere<unknown>, 'by'>;
  readonly day: number;
}

const WAYS: Readonly<Record<'side' | 'down', Readonly<Record<string, Way>>>> = {
  side: { ArrowRight: 'along', ArrowLeft: 'back', ArrowUp: 'before', ArrowDown: 'after' },
  down: { ArrowDown: 'along', ArrowUp: 'back', ArrowLeft: 'before', ArrowRight: 'after' },
};

function Drawing({ shown, links, places: { asked, layers }, day, facts, open, onOpen }: DrawingProps): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<string | null>(null);
  const places = useMemo(() => new Map(shown.flatMap(({ id }, i) => (layers.places[i] ? [[id, layers.places[i]] as const] : []))), [shown, layers]);
  // What has the focus, else what is open, else where the decisive path begins: what stands first in the list may be its end, from which no arrow leads on.
  const head = useMemo(() => headIn(shown.filter(({ id }) => places.has(id)), links, facts.critical), [shown, places, links, facts.critical]);
  const first = [at, open].find((id) => id !== null && places.has(id)) ?? head;
  const sight = useRef(false);
  useEffect(() => {
    const place = first === null ? undefined : places.get(first);
    if (sight.current || !place || !box.current) return;
    sight.current = true;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    box.current.scrollTo({ left: (place.x - 2) * rem, top: (place.y - 4) * rem });
  }, [first, places]);
  const keys = (event: KeyboardEvent): void => {
    const way = WAYS[asked.down ? 'down' : 'side'][event.key];
    const id = (event.target as HTMLElement).closest<HTMLElement>('[data-work]')?.dataset['work'];
    if (!way || id === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const to = stepIn(places, links, id, way, asked.down);
    if (to !== null) box.current?.querySelector<HTMLElement>(`[data-work="${CSS.escape(to)}"]`)?.focus();
  };
  const said = useMemo(() => thingsSaid(shown, links), [shown, links]);
  const held = new Set(links.filter((link) => link.held).flatMap(({ from, to }) => [from, to]));
  return (
    <div ref={box} className="diagram" role="group" aria-label={t('goal.diagram')} onKeyDown={keys}>
      <div className="diagram-ground" style={{ width: `${layers.width}rem`, height: `${layers.height}rem` }}>
        <Lines links={links} layers={layers} day={day} />
        {shown.map((work) => {
          const place = places.get(work.id);
          return place && <Thing key={work.id} work={work} said={said.get(work.id)!} at={place} day={day} critical={facts.critical.has(work.id)} blocked={work.done ? 0 : (facts.blocked.get(work.id) ?? 0)} held={held.has(work.id)} on={open === work.id} tab={first === work.id} onFocus={() => setAt(work.id)} onOpen={() => onOpen(work)} />;
        })}
      </div>
    </div>
  );
}

/** The lines, and what is written on those that are not of the usual kind. */
function Lines({ links, layers, day }: { links: readonly DiagramLink[]; layers: Layers; day: number }): ReactNode {
  const i18n = useI18n();
  return (
    <>
      <svg className="diagram-lines" aria-hidden="true" viewBox={`0 0 ${layers.width} ${layers.height}`}>
        <defs>
          {(['usual', 'critical', 'held'] as const).map((kind) => (
            <marker key={kind} id={`diagram-${kind}`} className="diagram-head" data-kind={kind} viewBox="0 0 8 8" refX="8" refY="4" markerWidth="0.5" markerHeight="0.5" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z" /></marker>
          ))}
        </defs>
        {links.map(({ id, critical, held }, i) => {
          const points = layers.lines[i]?.points ?? [];
          const kind = held ? 'held' : critical ? 'critical' : 'usual';
          return points.length > 1 && <polyline key={id} data-kind={kind} points={points.map(({ x, y }) => `${x},${y}`).join(' ')} markerEnd={`url(#diagram-${kind})`} />;
        })}
      </svg>
      {links.map(({ id, kind, lag }, i) => {
        const label = layers.lines[i]?.label;
        return label && <span key={id} className="diagram-label num" aria-hidden="true" style={{ left: `${label.x}rem`, top: `${label.y}rem` }}>{linkWords(i18n, { kind, lag }, day)}</span>;
      })}
    </>
  );
}

interface ThingProps {
  readonly work: Work;
  readonly said: ThingSaid;
  readonly at: { readonly x: number; readonly y: number };
  readonly day: number;
  readonly critical: boolean;
  readonly blocked: number;
  readonly held: boolean;
  readonly on: boolean;
  readonly tab: boolean;
  onFocus(): void;
  onOpen(): void;
}

/** Said and shown with the same words, so that who speaks to the screen finds what they see. */
const stateWords = (t: I18n['t'], work: Work, critical: boolean, held: boolean): string => [t(STATUS_WORDS[work.status]), ...(critical ? [t('goal.critical')] : []), ...(held ? [t('goal.inCircle')] : [])].join(' · ');

/** What is read out besides: what it waits for and how, and what waits for it. */
function thingWords(i18n: I18n, { said, day }: Pick<ThingProps, 'said' | 'day'>): string {
  const { t, list } = i18n;
  const waits = said.waits.map(({ title, kind, lag }) => (kind === 'FS' && lag === 0 ? title : `${title} (${lagWords(i18n, { kind, lag }, day)})`));
  const holds = said.holds.map(({ title }) => title);
  return [
    ...(waits.length > 0 ? [t('goal.diagramWaits', { names: list(waits) })] : []), ...(holds.length > 0 ? [t('goal.diagramHolds', { names: list(holds) })] : []),
  ].join(', ');
}

function Thing(props: ThingProps): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const { work, at, critical, blocked, held, on, tab, onFocus, onOpen } = props;
  const words = thingWords(i18n, props);
  return (
    <button type="button" className="diagram-thing" data-work={work.id} data-critical={critical || undefined} data-held={held || undefined} data-done={work.done || undefined} data-on={on || undefined} title={[work.title, words].filter(Boolean).join(', ')} tabIndex={tab ? 0 : -1} style={{ left: `${at.x}rem`, top: `${at.y}rem`, width: `${WIDTH}rem`, height: `${HEIGHT}rem` } as CSSProperties} onFocus={onFocus} onClick={onOpen}>
      <span className="cut" dir="auto">{work.title}</span>
      <span className="small muted line">
        {work.done && <Icon name="check" size={12} />}
        {blocked > 0 && <Icon name="lock" size={12} />}
        <span className="cut">{stateWords(t, work, critical, held)}</span>
      </span>
      {words && <span className="hidden">{words}</span>}
    </button>
  );
}
