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
import { fakeKernel, type Scenario } from '#tests/support/fake-kernel';

const scenario = (new URLSearchParams(location.search).get('scenario') ?? 'seeded') as Scenario;
void compose({
  host: document.getElementById('root')!, join: taken.join,
  connect({ onLocked }) {
    if (scenario !== 'locked') return fakeKernel(scenario);
    onLocked(() => Promise.reject(Object.assign(new Error('passphrase'), { code: 'wrong-lock' })));
    return { ...fakeKernel('fresh'), opened: new Promise(() => undefined) };
  },
});
