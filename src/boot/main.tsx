/** First page of the app until the shell is mounted: says that the build runs. */
import { createRoot } from 'react-dom/client';
import { registerServiceWorker } from '#boot/register-service-worker';
import { installTrustedTypes } from '#boot/trusted-types';

installTrustedTypes();
const host = document.getElementById('root');
if (host !== null) createRoot(host).render(<main>LifeGraph OS</main>);
void registerServiceWorker({ onUpdate: () => undefined });
