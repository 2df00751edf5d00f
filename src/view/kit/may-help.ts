/** May this page work for others now, and if not, why: the limits a person set, and those that stand whatever they set. */
import type { ComputeConsent } from '#os/compute-api';
import { COMPUTE_LIMITS } from '#os/compute-limits';

/** What of the surroundings the limits speak of. */
export interface Surroundings {
  readonly hidden: boolean;
  /** Null where the browser does not tell. */
  readonly onMains: boolean | null;
  /** Of the battery, in a hundred. */
  readonly charge: number | null;
  readonly saveData: boolean;
  /** The network is one of a mobile operator, where the browser tells. */
  readonly metered: boolean;
  /** Hour of the day, local. */
  readonly hour: number;
  /** The processor had much to do a short while ago, where the browser tells. */
  readonly busy: boolean;
}

/** Why a device that may help takes nothing on now. */
export type RestReason = 'hours' | 'hidden' | 'mains' | 'charge' | 'saveData' | 'metered' | 'busy';

/** The first reason to take nothing on; null: there is none. */
export function restReason(consent: ComputeConsent, { hidden, onMains, charge, saveData, metered, hour, busy }: Surroundings): RestReason | null {
  const inHours = ([from, to]: readonly [number, number]): boolean => (from <= to ? hour >= from && hour < to : hour >= from || hour < to);
  if (consent.hours !== null && !inHours(consent.hours)) return 'hours';
  if (hidden && !consent.hidden) return 'hidden';
  if (onMains === false && consent.mains) return 'mains';
  if (onMains === false && charge !== null && charge < COMPUTE_LIMITS.chargePercent) return 'charge';
  if (saveData) return 'saveData';
  if (metered) return 'metered';
  return busy && !consent.busy ? 'busy' : null;
}

/** May this page work for others now? */
export const mayHelp = (consent: ComputeConsent, around: Surroundings): boolean => consent.on && restReason(consent, around) === null;

interface Battery {
  readonly charging: boolean;
  readonly level: number;
}

interface PressureWatch {
  observe(source: 'cpu'): Promise<void>;
  disconnect(): void;
}

type PressureWatchMaker = new (told: (records: readonly { readonly state: string }[]) => void) => PressureWatch;

const MUCH: readonly string[] = ['serious', 'critical'];

/** What the browser tells of the processor: only to a page that has the focus, and only what changed. Elsewhere it is not known, which is no reason to rest. */
function watchPressure(changed: () => void): () => boolean {
  const Maker = (globalThis as { PressureObserver?: PressureWatchMaker }).PressureObserver;
  if (!Maker) return () => false;
  let [much, muchAt] = [false, -Infinity];
  const watch = new Maker((records) => {
    const now = MUCH.includes(records.at(-1)!.state);
    if (much || now) muchAt = performance.now();
    much = now;
    changed();
  });
  const begin = (): void => void watch.observe('cpu').catch(() => undefined);
  addEventListener('focus', begin);
  addEventListener('blur', () => {
    watch.disconnect();
    much = false;
  });
  if (document.hasFocus()) begin();
  return () => much || performance.now() - muchAt < COMPUTE_LIMITS.busyRestMs;
}

/** Follows the surroundings; `changed` when it may be otherwise than before, though hours, network and battery are to be looked at now and then. */
export function watchSurroundings(changed: () => void): () => Surroundings {
  let battery: Battery | null = null;
  const busy = watchPressure(changed);
  const ask = (navigator as { getBattery?(): Promise<Battery> }).getBattery;
  void ask?.call(navigator).then((found) => {
    battery = found;
    changed();
  }, () => undefined);
  document.addEventListener('visibilitychange', changed);
  return () => {
    const { connection } = navigator as { connection?: { readonly saveData?: boolean; readonly type?: string } };
    return {
      hidden: document.visibilityState === 'hidden', onMains: battery && battery.charging, charge: battery && battery.level * 100,
      saveData: connection?.saveData === true, metered: connection?.type === 'cellular', hour: new Date().getHours(), busy: busy(),
    };
  };
}
