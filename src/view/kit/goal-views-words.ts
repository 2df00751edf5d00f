/** Gives the catalogue the words of the views of goals that are opened seldom. */
import { enGoalViews } from '#view/i18n/en-goal-views.ts';
import { ruGoalViews } from '#view/i18n/ru-goal-views.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enGoalViews, ru: ruGoalViews });
