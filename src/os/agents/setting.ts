/** What a person said about an agent: allowed or not, what exactly, how much. Kept in the Personal space, so that all their devices hold it. */
import type { JsonValue } from '#os/api';
import { AGENT_LIMITS } from '#os/limits';
import { grantsOf, type AgentManifest, type Budget } from './manifest.ts';

export interface AgentSetting {
  readonly on: boolean;
  /** What was allowed (grantsOf). */
  readonly granted: readonly string[];
  /** Less than the manifest asks for; null: as it asks. */
  readonly ms: number | null;
  readonly units: number | null;
}

/** Nothing was said about it. */
export const NO_SETTING: AgentSetting = { on: false, granted: [], ms: null, units: null };

const count = (value: JsonValue | undefined): number | null => (typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null);

/** The setting in properties; whatever else stands there allows nothing. */
export function readSetting(props: Readonly<Record<string, JsonValue>>): AgentSetting {
  const { on, granted, ms, units } = props;
  const list = Array.isArray(granted) ? granted.slice(0, AGENT_LIMITS.grants).filter((one) => typeof one === 'string') : [];
  return { on: on === true, granted: list, ms: count(ms), units: count(units) };
}

/** `ask`: never allowed; `wider`: allowed once, and it wants more now; `off`: switched off by a person. Only `given` runs. */
export type Consent = 'given' | 'ask' | 'wider' | 'off';

/** May it run? An agent of a newer version that reads and makes no more than was allowed needs no new word. */
export function consentOf(manifest: AgentManifest, { on, granted }: AgentSetting): Consent {
  if (granted.length === 0) return 'ask';
  if (!on) return 'off';
  return grantsOf(manifest).every((one) => granted.includes(one)) ? 'given' : 'wider';
}

/** What it may use: a person can give less than it asks for, never more. */
export const budgetOf = ({ budget }: AgentManifest, { ms, units }: AgentSetting): Budget => ({ ms: Math.min(budget.ms, ms ?? budget.ms), units: Math.min(budget.units, units ?? budget.units) });
