/** The screens of the app and how to get to each; for pictures, axe and the checks of `npm run ux`. */
import '#view/kit/palette-words.ts';
import '#view/kit/system-words.ts';
import '#view/kit/access-words.ts';
import '#view/kit/moved-words.ts';
import '#view/kit/quiet-words.ts';
import '#view/kit/device-words.ts';
import '#view/kit/documents-words.ts';
import '#view/kit/task-words.ts';
import '#view/kit/meter-words.ts';
import '#view/kit/version-words.ts';
import '#view/kit/proposal-words.ts';
import '#view/kit/import-words.ts';
import '#view/kit/past-words.ts';
import { ACCESS_SCREENS } from './access-screens.ts';
import { CHAT_SCREENS } from './chat-screens.ts';
import { documentScreens } from './document-screens.ts';
import { GOALS_SCREENS } from './goals-screens.ts';
import { HARD_SCREENS } from './hard-screens.ts';
import { hubScreens } from './hub-screens.ts';
import { KEY_SCREENS } from './key-screens.ts';
import { LEARN_SCREENS } from './learn-screens.ts';
import { MESSENGER_SCREENS } from './messenger-screens.ts';
import { MIND_SCREENS } from './mind-screens.ts';
import { partScreens } from './part-screens.ts';
import { PAST_SCREENS } from './past-screens.ts';
import { person, team, type Screen } from './screen.ts';
import { searchScreens } from './search-screens.ts';
import { SETTINGS_SCREENS } from './settings-screens.ts';
import { SHELL_SCREENS } from './shell-screens.ts';
import { SYSTEM_SCREENS } from './system-screens.ts';
import { TIE_SCREENS } from './tie-screens.ts';
import { trashScreens } from './trash-screens.ts';
import { WELCOME_SCREENS } from './welcome-screens.ts';

/** All screens. */
export const SCREENS: readonly Screen[] = [
  ...WELCOME_SCREENS, ...KEY_SCREENS, ...CHAT_SCREENS, ...MESSENGER_SCREENS, ...hubScreens(team), ...documentScreens(team), ...trashScreens(team), ...GOALS_SCREENS, ...LEARN_SCREENS, ...TIE_SCREENS, ...HARD_SCREENS,
  ...ACCESS_SCREENS, ...PAST_SCREENS, ...partScreens(team, person), ...searchScreens(team), ...SYSTEM_SCREENS, ...SETTINGS_SCREENS, ...MIND_SCREENS, ...SHELL_SCREENS,
];
