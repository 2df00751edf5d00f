/** Russian words of the history of a document. */
import type { enVersions } from './en-versions.ts';
import type { Words } from './types.ts';

export const ruVersions: Words<typeof enVersions> = {
  'version.added': "Добавлено",
  'version.back': "Назад к тексту",
  'version.blockAdded': "Добавленный блок",
  'version.blockMoved': "Перемещено",
  'version.blockRemoved': "Удалённый блок",
  'version.came': "Принято из «{title}», автор {name}",
  'version.compare': "Сравнить",
  'version.edits': { one: "{n} правка", few: "{n} правки", many: "{n} правок", other: "{n} правки" },
  'version.from': "Что",
  'version.inline': "В тексте",
  'version.kind': "Было: {kind}",
  'version.marked': "Другое выделение",
  'version.more': { one: "Ещё {n} прежняя", few: "Ещё {n} прежние", many: "Ещё {n} прежних", other: "Ещё {n} прежней" },
  'version.name': "Назвать эту версию",
  'version.nameField': "Название версии",
  'version.none': "Пока ничего не написано.",
  'version.now': "Сейчас",
  'version.removed': "Удалено",
  'version.restore': "Вернуть: {version}",
  'version.restored': "«{version}» возвращена новой правкой. Ctrl+Z отменит её; прежнее остаётся в истории.",
  'version.same': "Разницы нет.",
  'version.sides': "Рядом",
  'version.title': "История",
  'version.to': "С чем",
  'version.unnamed': "У версии «{name}» больше нет названия; она остаётся в истории.",
  'version.unname': "Убрать название",
  'version.view': "Как показана разница",
};
