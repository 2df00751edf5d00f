/** Russian words of tasks. */
import type { enTasks } from './en-tasks.ts';
import type { Words } from './types.ts';

export const ruTasks: Words<typeof enTasks> = {
  'task.answers': "Кто отвечает",
  'task.assignee': "Исполнитель",
  'task.bringBack': "Вернуть",
  'task.deleted': "«{title}» в корзине.",
  'task.due': "Срок",
  'task.findPerson': "Найти человека",
  'task.from': "Откуда",
  'task.gone': "Эта задача в корзине.",
  'task.made': "Задача создана: {title}",
  'task.madeBy': "{name}, {moment}",
  'task.noPerson': "Никого с таким именем здесь нет.",
  'task.noWords': "Здесь нет слов, из которых можно сделать задачу.",
  'task.nobody': "Пока никто",
  'task.one': "Задача",
  'task.title': "Название",
  'task.toTrash': "В корзину",
};
