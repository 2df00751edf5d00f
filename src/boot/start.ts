/**
 * The first script of the page, and small: the kernel worker starts here, so that it is fetched, compiled and opens its store while the page's
 * own code is. The first import takes secrets out of the address before anything else runs.
 */
import { taken } from './take-address.ts';
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
import { loadAgain } from '#view/kit/load-again.ts';
import { chooseFleeting, openClosed, readInTab } from './database-name.ts';
import { startKernelWorker } from './kernel-worker.ts';

let refused = false;
if (taken.fleeting) {
  try {
    chooseFleeting('begins');
  } catch {
    refused = true;
  }
} else if (taken.join !== null || taken.read !== null) openClosed();
// What is read by a public link lies apart from everybody of this browser.
if (taken.read !== null) readInTab(taken.read);
const worker = refused ? null : startKernelWorker();
void loadAgain(() => import('./main.tsx')).then(({ main }) => main({ taken, worker, refused }));
