/** Russian words of properties and templates. */
import type { enProperties } from './en-properties.ts';
import type { Words } from './types.ts';

export const ruProperties: Words<typeof enProperties> = {
  'property.acts': "Свойство {name}",
  'property.add': "Добавить свойство",
  'property.all': "Свойства",
  'property.check': "Флажок",
  'property.day': "День",
  'property.drop': "Убрать",
  'property.empty': "Пусто",
  'property.gone': "Свойство «{name}» убрано.",
  'property.kind': "Вид",
  'property.known': "Уже есть:",
  'property.link': "Ссылка",
  'property.name': "Название",
  'property.no': "Нет",
  'property.noLink': "Ссылка начинается с https:// или mailto: и не длиннее 2000 знаков.",
  'property.noValue': "Это не значение такого вида.",
  'property.number': "Число",
  'property.person': "Человек",
  'property.text': "Текст",
  'property.yes': "Да",
  'template.from': "Начать с",
  'template.tag': "Шаблон",
  'template.use': "Использовать как шаблон",
};
