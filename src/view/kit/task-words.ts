/** Gives the catalogue the words of tasks. */
import { enTasks } from '#view/i18n/en-tasks.ts';
import { ruTasks } from '#view/i18n/ru-tasks.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enTasks, ru: ruTasks });
