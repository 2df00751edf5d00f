/**
 * What a machine can see of the checklist of screens: keyboard, focus, sizes of targets, cut text, 200 % and 320 px, what moves by itself. `npm run ux -- --lang ru --width 390 --only chat*`.
 * Getting to a screen takes the longest: with --axe and --shots the same walk does these too. No faults or exit 1.
 */
import { axeLook, axeSource } from './lib/axe-look.ts';
import { lookAtAll } from './lib/look.ts';
import { shoot } from './lib/shoot.ts';
import { UX_CONTROL, uxLook } from './lib/ux-look.ts';
import { KIT, SHIFTS } from './lib/ux-page.ts';
import { buildViews } from './lib/views.ts';

const [axe, shots] = ['--axe', '--shots'].map((name) => process.argv.includes(name));
await lookAtAll({
  name: 'ux',
  script: `${KIT}\n${SHIFTS}${axe ? await axeSource() : ''}`,
  context: (width) => ({ hasTouch: width < 768, permissions: ['clipboard-read', 'clipboard-write'] }),
  control: UX_CONTROL,
  // In this order: the last one changes what is seen.
  looks: { ...(axe && { axe: axeLook }), ...(shots && { shots: shoot }), ux: uxLook },
}, async () => await buildViews('ux'));
