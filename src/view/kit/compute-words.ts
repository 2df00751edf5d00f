/** Gives the catalogue the words of shared work. */
import { enCompute } from '#view/i18n/en-compute.ts';
import { ruCompute } from '#view/i18n/ru-compute.ts';
import { addWords, type Key } from '#view/kit/i18n.tsx';
import type { RestReason } from './may-help.ts';
import type { ComputeKind, ComputeLine, ComputeWorker } from '#os/compute-api';

addWords({ en: enCompute, ru: ruCompute });

export const KIND_WORD: Readonly<Record<ComputeKind, Key>> = { plan: 'compute.kindPlan', actor: 'compute.kindActor', agent: 'compute.kindAgent', layout: 'compute.kindLayout', embed: 'compute.kindEmbed' };
/** What each kind is called where it is switched on and off. */
export const TAKE_WORD: Readonly<Record<ComputeKind, { readonly label: Key; readonly note: Key }>> = {
  plan: { label: 'compute.takePlan', note: 'compute.takePlanNote' }, actor: { label: 'compute.takeActor', note: 'compute.takeActorNote' }, agent: { label: 'compute.takeAgent', note: 'compute.takeAgentNote' },
  layout: { label: 'compute.takeLayout', note: 'compute.takeLayoutNote' }, embed: { label: 'compute.takeEmbed', note: 'compute.takeEmbedNote' },
};
export const REST_WORD: Readonly<Record<RestReason, Key>> = {
  hours: 'compute.restHours', hidden: 'compute.restHidden', mains: 'compute.restMains', charge: 'compute.restCharge', saveData: 'compute.restSaveData', metered: 'compute.restMetered', busy: 'compute.restBusy',
};
export const HOW_WORD: Readonly<Record<ComputeLine['how'], Key>> = { done: 'compute.howDone', failed: 'compute.howFailed', stopped: 'compute.howStopped' };
export const TRUST_WORD: Readonly<Record<ComputeWorker['state'], { readonly word: Key; readonly tone: string }>> = {
  own: { word: 'compute.stateOwn', tone: 'ok' }, trusted: { word: 'compute.stateTrusted', tone: 'ok' }, new: { word: 'compute.stateNew', tone: 'wait' }, out: { word: 'compute.stateOut', tone: 'bad' },
};
