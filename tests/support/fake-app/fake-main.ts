/** The views on the fake kernel; `?scenario=` picks what they meet. Used by scripts only. */
import '#view/kit/tokens.css';
import '#view/kit/base.css';
import '#view/kit/controls.css';
import '#view/kit/overlays.css';
import '#view/kit/kit.css';
import '#view/kit/kit-narrow.css';
import '#view/kit/sheet.css';
import '#view/shell/shell.css';
import '#view/chat/chat.css';
import '#view/welcome/page.css';
import { taken } from '#boot/take-address';
import { compose } from '#boot/compose';
import { installTrustedTypes } from '#boot/trusted-types';
import type { BrowserPeople } from '#view/kit/browser-people.tsx';
import { bringMind } from '#view/kit/mind.ts';
import { deskOf, type MessengerParts } from '#view/messenger/parts.ts';
import { fakeCalls } from '#tests/support/fake-calls';
import { fakeKernel, type Scenario } from '#tests/support/fake-kernel';
import { fakeMind } from '#tests/support/fake-mind';
import { fakeSearch, type FakeOthers } from '#tests/support/fake-search';
import type { LifegraphApi } from '#os/api';

/** Two people in this browser where there is somebody, and nobody else on a fresh one. */
function fakePeople(of: Scenario): BrowserPeople {
  const self = of !== 'several';
  const list = of === 'fresh' ? [] : [{ id: 'lgos', name: 'Mira', locked: of === 'locked', self }, { id: 'lgos-aaaaaaaaaa', name: 'Tomas', locked: true, self: false }];
  return { list: async () => list, open: () => undefined, add: async () => undefined };
}

// The app does so before its kernel worker, which is not here.
installTrustedTypes();
const scenario = (new URLSearchParams(location.search).get('scenario') ?? 'seeded') as Scenario;
let api: LifegraphApi | null = null;
// Scripts tell the desk of calls what to show, and whether there are models.
const calls = fakeCalls();
const told = Object.assign(globalThis, { fakeCalls: calls, fakeModels: false, fakeOthers: 'none' as FakeOthers });
bringMind(async () => fakeMind(() => told.fakeModels));
/** The desk of this page is this one, before the Messenger asks for it. */
function withCalls(kernel: LifegraphApi): LifegraphApi {
  void deskOf({ calls: async () => calls } as unknown as MessengerParts, kernel);
  return kernel;
}

void compose({
  host: document.getElementById('root')!, join: taken.join, reading: scenario === 'reading' ? { link: null, onLeave: () => undefined } : null, people: fakePeople(scenario), tab: { name: 'lgos', begun: scenario === 'fleeting' ? 'begins' : null, open: () => undefined, restart: () => false }, search: fakeSearch(() => api, new URLSearchParams(location.search).has('reading'), () => told.fakeOthers),
  connect({ onLocked }) {
    if (scenario !== 'locked') return (api = withCalls(fakeKernel(scenario === 'several' ? 'fresh' : scenario)));
    onLocked(() => Promise.reject(Object.assign(new Error('passphrase'), { code: 'wrong-lock' })), { id: new Uint8Array(16), salt: new Uint8Array(32) });
    return { ...fakeKernel('fresh'), opened: new Promise(() => undefined) };
  },
});
