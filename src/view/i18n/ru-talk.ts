/** Russian words of threads, pinned messages and the dialogs of a channel. */
import type { enTalk } from './en-talk.ts';
import type { Words } from './types.ts';

export const ruTalk: Words<typeof enTalk> = {
  'channel.name': "Название канала",
  'channel.topic': "О чём он",
  'channel.topicTitle': "#{channel}",
  'channel.who': "Его читают все в «{space}».",
  'chat.inChannel': "в #{channel}",
  'chat.noReplies': "Ответов пока нет",
  'chat.repliesLabel': "Ответы",
  'chat.replyPlaceholder': "Ответить в ветке",
  'chat.thread': "Ветка",
  'keys.close': "Закрыть верхнее",
  'keys.editLast': "Изменить моё последнее",
  'keys.newLine': "Новая строка",
  'keys.send': "Отправить",
  'paste.discard': "Убрать вставленный текст",
  'paste.file': "Сохранить файлом",
  'paste.most': { one: "В сообщение помещается {n}.", few: "В сообщение помещается {n}.", many: "В сообщение помещается {n}.", other: "В сообщение помещается {n}." },
  'paste.next': "Вставить следующую часть",
  'paste.waits': { one: "Вставленный текст ждёт здесь: {n} знак.", few: "Вставленный текст ждёт здесь: {n} знака.", many: "Вставленный текст ждёт здесь: {n} знаков.", other: "Вставленный текст ждёт здесь: {n} знака." },
  'pins.gone': "Его здесь нет: удалено или ещё не пришло.",
  'pins.none': "Ничего не закреплено",
  'pins.noneText': "Сообщение закрепляют в его меню. Здесь его найдут все в канале.",
  'pins.show': "Показать в канале",
  'react.choose': "Выберите реакцию",
  'react.with': "Реакция {emoji}",
};
