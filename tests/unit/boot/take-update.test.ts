/** "Reload" of a newer build reloads in every tab, once it has taken over. */
import { expect, test } from 'vitest';
import { takeUpdate } from '#boot/register-service-worker';

test('the waiting build is told to take over and the page reloads then; where another tab has done so it reloads at once', () => {
  const said: string[] = [];
  const container = new EventTarget();
  const reload = (): void => void said.push('reload');
  const waiting = { postMessage: (message: unknown) => void said.push(JSON.stringify(message)) } as unknown as ServiceWorker;
  takeUpdate({ waiting }, container as ServiceWorkerContainer, reload);
  expect(said).toEqual(['{"type":"SKIP_WAITING"}']);
  container.dispatchEvent(new Event('controllerchange'));
  expect(said.at(-1)).toBe('reload');
  takeUpdate({ waiting: null }, new EventTarget() as ServiceWorkerContainer, reload);
  expect(said).toEqual(['{"type":"SKIP_WAITING"}', 'reload', 'reload']);
});
