/** Entry of the page. The first import takes secrets out of the address before anything else runs. */
import { taken } from './take-address.ts';
import '#view/kit/tokens.css';
import '#view/kit/base.css';
import '#view/kit/controls.css';
import '#view/kit/overlays.css';
import '#view/kit/kit.css';
import '#view/kit/kit-narrow.css';
import '#view/shell/shell.css';
import '#view/chat/chat.css';
import '#view/welcome/page.css';
import { compose, watchUpdates } from './compose.ts';
import { connectKernel } from '#boot/kernel-client';
import { defaultServers } from '#boot/servers';
import { installTrustedTypes } from '#boot/trusted-types';
import { VERSION } from '#boot/version';

installTrustedTypes();
const host = document.getElementById('root');
if (host !== null) void compose({ host, join: taken.join, connect: () => connectKernel({ servers: defaultServers(taken.signal), version: VERSION }) });
watchUpdates();
