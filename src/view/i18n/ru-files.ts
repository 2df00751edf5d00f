/** Russian words of files in documents. */
import type { enFiles } from '#view/i18n/en-files.ts';
import type { Words } from '#view/i18n/types.ts';

export const ruFiles: Words<typeof enFiles> = {
  'file.add': "Картинка или файл",
  'file.addedThere': "«{name}» добавлен на страницу, с которой вы ушли.",
  'file.adding': "Добавляется: {name}",
  'file.alt': "Что на картинке",
  'file.asked': "Ждём того, у кого он есть",
  'file.cancelled': "Добавление отменено. Ничего не добавлено.",
  'file.coming': { one: "Здесь {have} из {n} части", few: "Здесь {have} из {n} частей", many: "Здесь {have} из {n} частей", other: "Здесь {have} из {n} части" },
  'file.damaged': "Этот файл не открыть: пришло не то, что говорит его запись, или его сделала более новая версия.",
  'file.failed': "Файл не добавлен. Ничего не изменилось; попробуйте ещё раз.",
  'file.full': "В этом браузере нет места для файла. Ничего не добавлено; освободите место.",
  'file.get': "Загрузить",
  'file.looking': "На этом устройстве его ещё нет",
  'file.save': "Сохранить как файл",
  'file.saveFailed': "Файл не сохранён. Он по-прежнему здесь; попробуйте ещё раз.",
  'file.stop': "Остановить",
  'file.stopOf': "Остановить: {name}",
  'file.tooLarge': "Этот файл больше 4 ГиБ. Ничего не добавлено; добавьте его по частям.",
  'file.unreadable': "Этот файл не читается или изменился за это время. Ничего не добавлено; выберите его ещё раз.",
};
