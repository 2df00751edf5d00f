/** Pictures of every screen: `npm run shots -- --lang en,ru --theme light,dark --width 1280,390 --only chat,access*` → out/shots. */
import { lookAtAll } from './lib/look.ts';
import { shoot } from './lib/shoot.ts';
import { buildViews } from './lib/views.ts';

await lookAtAll({ name: 'shots', context: (width) => ({ hasTouch: width < 768, permissions: ['clipboard-read', 'clipboard-write'] }), looks: { shots: shoot } }, async () => await buildViews('shots'));
