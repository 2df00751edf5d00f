/** Gives the catalogue the words of models, and says what went wrong with one. */
import { ModelError } from '#os/models-api';
import { MODEL_LIMITS } from '#os/model-limits';
import { enModels } from '#view/i18n/en-models.ts';
import { ruModels } from '#view/i18n/ru-models.ts';
import { addWords, type I18n } from '#view/kit/i18n.tsx';

addWords({ en: enModels, ru: ruModels });

const MODEL_FAULTS = {
  'no-config': 'model.faultNoConfig', kind: 'model.faultKind', 'no-graph': 'model.faultNoGraph', 'no-words': 'model.faultNoWords', 'too-large': 'model.faultTooLarge', 'too-many': 'model.faultTooMany',
  hash: 'model.faultHash', changed: 'model.faultChanged', network: 'model.faultNetwork', 'not-found': 'model.faultNotFound', address: 'model.faultAddress', quota: 'model.faultQuota', store: 'model.faultStore',
  damaged: 'model.faultDamaged', cancelled: 'model.faultCancelled', busy: 'model.faultBusy',
} as const;

const MIND_FAULTS = {
  'no-model': 'mind.faultNoModel', 'wrong-task': 'mind.faultWrongTask', input: 'mind.faultInput', damaged: 'mind.faultDamaged', operator: 'mind.faultOperator', memory: 'mind.faultMemory', device: 'mind.faultDevice',
  'timed-out': 'mind.faultTimedOut', cancelled: 'model.runCancelled', ended: 'model.runEnded', unavailable: 'mind.faultUnavailable',
} as const;

/** What to tell about a model that did not come. */
export function modelFault(t: I18n['t'], fault: keyof typeof MODEL_FAULTS, detail: string): string {
  return t(MODEL_FAULTS[fault], { detail: detail || '–' });
}

/** What to tell about any failed call of the desk of models. */
export function mindFault(t: I18n['t'], error: unknown): string {
  if (error instanceof ModelError) return modelFault(t, error.fault, error.detail);
  const { fault, detail } = (error ?? {}) as { fault?: unknown; detail?: unknown };
  const key = typeof fault === 'string' && fault in MIND_FAULTS ? MIND_FAULTS[fault as keyof typeof MIND_FAULTS] : null;
  return key ? t(key, { detail: String(detail ?? ''), n: MODEL_LIMITS.textChars }) : t('model.notLoaded');
}
