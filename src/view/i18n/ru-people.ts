/** Russian words about several people in one browser. */
import type { enPeople } from './en-people.ts';
import type { Words } from './types.ts';

export const ruPeople: Words<typeof enPeople> = {
  'persons.add': "Добавить человека",
  'persons.here': "в этой вкладке",
  'persons.locked': "под замком",
  'persons.note': "У каждого свои ключи, пространства и настройки; вкладка принадлежит одному. Кто открыл этот браузер, может открыть каждого, кто не под замком.",
  'persons.open': "Открыть: {name}",
  'persons.other': "Другие в этом браузере",
  'persons.switch': "Открыть",
  'persons.title': "Люди в этом браузере",
};
