/** The runner of the agents of this tab: each run has a worker of its own, which is ended with it, so that nothing of one is there in the next. */
import { createRunner, type Runner } from '#os/agents/runner';

const startThread: Parameters<typeof createRunner>[0]['start'] = (ears) => {
  const worker = new Worker(new URL('../../../workers/agent.worker.ts', import.meta.url), { type: 'module', name: 'agent' });
  worker.onmessage = ({ data }: MessageEvent<unknown>) => (data === 'begun' ? ears.begun() : ears.answer(data));
  worker.onerror = ({ message }) => ears.ended(message ?? '');
  worker.onmessageerror = () => ears.ended('unreadable');
  return { ask: (question) => worker.postMessage(question), end: () => worker.terminate() };
};

/** The one of this tab. */
export const agentRunner: Runner = createRunner({
  start: startThread,
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
});
