/** axe-core on every screen: `npm run axe -- --lang en --theme light,dark --width 1280,390 --part 1/4`. 0 violations or exit 1. */
import { AXE_CONTROL, axeLook, axeSource } from './lib/axe-look.ts';
import { lookAtAll } from './lib/look.ts';
import { buildViews } from './lib/views.ts';

await lookAtAll({ name: 'axe', script: await axeSource(), control: AXE_CONTROL, looks: { axe: axeLook } }, async () => await buildViews('axe'));
