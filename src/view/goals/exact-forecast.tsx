/** A forecast of many more runs, cut into pieces that devices of the space compute and that are checked; what nobody takes is computed here. */
import '#view/kit/compute-words.ts';
import '#view/kit/goals-words.ts';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { gatherPieces, pieceOf, urgencyOf, type PiecesForecast } from '#domain/goals/planning';
import { Button } from '#view/kit/controls.tsx';
import { computePage } from '#view/kit/compute-page.ts';
import { errorCode } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { dayWords } from '#view/kit/node-card.tsx';
import type { PlanHere } from './use-plan.ts';

/** Pieces of the forecast, and others like them that may be given out as tests of a device. */
const PIECES = 20;
const PROBES = 24;
/** One piece takes far less, ms. */
const PIECE_MS = 20_000;

interface Exact {
  readonly of: PlanHere;
  readonly forecast: PiecesForecast;
  readonly devices: number;
}

/** Seeds nobody else can tell before they are asked: of pieces and tests alike. */
const seeds = (count: number): string[] => Array.from({ length: count }, () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join('-'));

/** The button, and what came of it. */
export function ExactForecast({ space, plan }: { space: string; plan: PlanHere }): ReactNode {
  const i18n = useI18n();
  const { t, number } = i18n;
  const api = useKernel();
  const [exact, setExact] = useState<Exact | null>(null);
  const [running, setRunning] = useState<{ id: string; done: number; all: number; waits: boolean } | null>(null);
  const [failed, setFailed] = useState(false);
  const alive = useRef(true);
  useEffect(() => (alive.current = true, () => void (alive.current = false)), []);
  const run = async (): Promise<void> => {
    setFailed(false);
    const id = crypto.randomUUID();
    setRunning({ id, done: 0, all: PIECES, waits: false });
    const page = computePage(api);
    const look = (): void => void api.compute!.act({ do: 'state' }).then(({ asked }) => {
      const job = asked.find((one) => one.id === id);
      if (job && alive.current) setRunning((now) => now && { id, done: job.decided, all: job.pieces, waits: job.waits !== null });
    }).catch(() => undefined);
    const stop = page.onChange(look);
    try {
      const { dangling: _, ...asked } = plan.asked;
      const made = seeds(PIECES + PROBES).map((seed) => pieceOf(asked, seed));
      const done = await api.compute!.act({ do: 'run', space, kind: 'plan', pieces: made.slice(0, PIECES), probes: made.slice(PIECES), ms: PIECE_MS, priority: urgencyOf(plan.answer.priorities), id });
      const devices = new Set(done.results.flatMap(({ by }) => by)).size;
      if (alive.current) setExact({ of: plan, forecast: gatherPieces(done.results.flatMap(({ bytes }) => bytes ?? [])), devices });
    } catch (error) {
      if (alive.current && errorCode(error) !== 'cancelled') setFailed(true);
    } finally {
      stop();
      if (alive.current) setRunning(null);
    }
  };
  const day = (minute: number): string => dayWords(i18n, plan.time.endDay(minute));
  const likely = ({ p10, p80 }: PiecesForecast): string => {
    const [from, to] = [day(p10), day(p80)];
    return from === to ? t('goal.likelyOne', { day: from }) : t('goal.likely', { from, to });
  };
  const shown = exact?.of.asked === plan.asked ? exact : null;
  return (
    <span className="line wrap" role="status">
      {shown && (
        <span className="small">
          {likely(shown.forecast)}
          <span className="muted"> · {t('compute.exactRuns', { n: shown.forecast.runs })} · {shown.devices > 0 ? t('compute.exactBy', { n: shown.devices }) : t('compute.exactHere')}</span>
        </span>
      )}
      {failed && <span className="small muted">{t('compute.exactFailed')}</span>}
      {running ? (
        <>
          <span className="small muted num">{running.waits ? t('compute.exactWaits') : t('compute.exactRunning', { done: number(running.done), all: number(running.all) })}</span>
          <Button kind="quiet" size="compact" onClick={() => void api.compute!.act({ do: 'cancel', id: running.id }).catch(() => undefined)}>{t('compute.cancel')}</Button>
        </>
      ) : !shown && <Button kind="quiet" size="compact" onClick={() => void run()}>{t('compute.exact')}</Button>}
    </span>
  );
}
