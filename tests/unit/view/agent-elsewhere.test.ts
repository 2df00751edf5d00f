/** An agent asked on another own device: what it may take there, and what becomes of no answer. */
import { afterEach, expect, test, vi } from 'vitest';
import { err } from '#base/result';
import { AGENT_LIMITS } from '#os/limits';
import { COMPUTE_LIMITS } from '#os/compute-limits';
import type { LifegraphApi } from '#os/api';
import type { AgentRequest } from '#os/agents/output';
import { encodeAgentAnswer } from '#os/agents/piece';
import { NO_SETTING } from '#os/agents/setting';
import { NO_CONSENT, type ComputeAct } from '#os/compute-api';
import { agentOf } from '#domain/mind';
import { runElsewhere } from '#view/kit/agent-elsewhere.ts';
import { soon } from '#tests/support/soon';

afterEach(() => void vi.unstubAllGlobals());

const manifest = agentOf('mind/summary')!;
const order = { manifest, setting: { ...NO_SETTING, on: true } };
const REQUEST: AgentRequest = { agent: manifest.id, version: manifest.version, today: '2026-11-30', subject: null, people: [], inputs: [{ space: 's', fragment: 'f', node: 'n', block: null, by: null, at: 5, text: 'One.' }] };

function kit(run: () => Promise<unknown>) {
  vi.useFakeTimers();
  vi.stubGlobal('HTMLIFrameElement', class {});
  vi.stubGlobal('document', { visibilityState: 'visible', addEventListener: () => undefined });
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('navigator', {});
  const asked: Extract<ComputeAct, { do: 'run' }>[] = [];
  const over = new AbortController();
  const gone: string[] = [];
  const act = async (one: ComputeAct): Promise<unknown> => (one.do === 'cancel' ? void gone.push(one.id) : one.do === 'run' ? (asked.push(one), run()) : one.do === 'state' ? { consent: NO_CONSENT } : undefined);
  const api = { compute: { act, watch: () => () => undefined }, identity: { get: () => ({ device: 'mine' }) } } as unknown as LifegraphApi;
  return { asked, gone, over, answer: () => runElsewhere(api, 'personal', order, REQUEST, over.signal).finally(() => void vi.useRealTimers()) };
}
const fault = encodeAgentAnswer(err('time'));

test('MUS16 its thread has its whole budget there, the start of it besides, as here; both together are what work for others may take', async () => {
  const { asked, answer } = kit(async () => ({ results: [{ bytes: fault, by: ['other'] }] }));
  expect(await answer()).toEqual(err('time'));
  expect(asked.map(({ ms }) => ms)).toEqual([manifest.budget.ms + AGENT_LIMITS.startMs]);
  expect(asked[0]!.ms).toBeLessThanOrEqual(COMPUTE_LIMITS.runMs);
});

test('MUS16 work that is refused is said to be of busy devices, with which it is done here', async () => {
  const { answer } = kit(() => Promise.reject(new Error('not computed')));
  expect(await answer()).toEqual(err('busy'));
});

test('MUS20 given up here, it is called back from there, by the name it was asked with; before it was asked nothing is', async () => {
  let fail: (error: Error) => void = () => undefined;
  const { asked, gone, over, answer } = kit(() => new Promise((_, reject) => (fail = reject)));
  const done = answer();
  await soon(() => expect(asked).toHaveLength(1));
  over.abort();
  expect(gone).toEqual([asked[0]!.id]);
  fail(new Error('given up'));
  expect(await done).toEqual(err('cancelled'));
  const early = kit(async () => ({ results: [{ bytes: fault, by: ['other'] }] }));
  early.over.abort();
  expect([await early.answer(), early.asked]).toEqual([err('cancelled'), []]);
});
