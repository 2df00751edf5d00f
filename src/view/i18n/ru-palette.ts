/** Russian words of the palette. */
import type { enPalette } from './en-palette.ts';
import type { Words } from './types.ts';

export const ruPalette: Words<typeof enPalette> = {
  'filter.channel': "тип:канал",
  'filter.document': "тип:документ",
  'filter.fromMe': "от:меня",
  'filter.inChannel': "в:#",
  'filter.message': "тип:сообщение",
  'keys.title': "Все клавиши",
  'look.useDark': "Тёмный вид",
  'look.useLight': "Светлый вид",
  'offline.pause': "Работать без сети",
  'palette.busy': "Ищем…",
  'palette.count': { one: "{n} строка", few: "{n} строки", many: "{n} строк", other: "{n} строки" },
  'palette.create': "Создать",
  'palette.do': "Сделать",
  'palette.filters': "Отбор",
  'palette.go': "Перейти",
  'palette.here': "Искали в том, что есть на устройстве",
  'palette.hint': "Найти или сделать…",
  'palette.named': "с названием «{text}»",
  'palette.nothing': "Ничего не найдено",
  'palette.searchFor': "Искать «{text}»",
  'palette.things': "Вещи",
  'palette.tip': "Две буквы ищут слова во всём, что здесь есть",
  'palette.title': "Найти или сделать",
  'space.one': "Пространство",
};
