/** Russian words of the durability meter. */
import type { enMeter } from './en-meter.ts';
import type { Words } from './types.ts';

export const ruMeter: Words<typeof enMeter> = {
  'meter.addDevice': "Добавить устройство",
  'meter.askBackup': { one: "резервная копия не старше {n} дня", few: "резервная копия не старше {n} дней", many: "резервная копия не старше {n} дней", other: "резервная копия не старше {n} дня" },
  'meter.askBeacons': { one: "из них {n} на маяке", few: "из них {n} на маяках", many: "из них {n} на маяках", other: "из них {n} на маяках" },
  'meter.askCopies': { one: "{n} копия", few: "{n} копии", many: "{n} копий", other: "{n} копии" },
  'meter.asks': "Пространству нужно: {what}.",
  'meter.backup': "Резервная копия",
  'meter.backupBefore': "с тех пор изменено; от {made}, прочитана {read}",
  'meter.backupHas': "от {made}, прочитана {read}",
  'meter.backupNone': "ни в одной прочитанной здесь копии",
  'meter.backups': "Сделать резервную копию",
  'meter.beaconNone': "ни на одном, которому можно верить",
  'meter.beacons': { one: "{n} маяк", few: "{n} маяка", many: "{n} маяков", other: "{n} маяка" },
  'meter.below': "Меньше, чем нужно.",
  'meter.confirmed': "подтверждено {ago}",
  'meter.devices': { one: "{n} устройство", few: "{n} устройства", many: "{n} устройств", other: "{n} устройства" },
  'meter.met': "Столько, сколько нужно.",
  'meter.nobody': "другие не подтвердили",
  'meter.people': { one: "у {n} человека", few: "у {n} человек", many: "у {n} человек", other: "у {n} человека" },
  'meter.seeBeacons': "Маяки",
  'meter.setBackup': "Резервные копии",
  'meter.setBackupDays': { one: "Прочитанная, не старше {n} дня", few: "Прочитанная, не старше {n} дней", many: "Прочитанная, не старше {n} дней", other: "Прочитанная, не старше {n} дня" },
  'meter.setBackupNone': "Не нужны",
  'meter.setBeacons': "Из них на маяках",
  'meter.setCopies': "Копий на устройствах и маяках",
  'meter.setFailed': "Это не изменено. Попробуйте ещё раз.",
  'meter.setNote': "Копия — это подписанное слово устройства или маяка, что оно хранит. Участники видят, где копий меньше и что сделать. Ничего из-за этого не запрещается.",
  'meter.setTitle': "Копии",
  'meter.whole': "Всего, что есть в этом пространстве, насколько оно на этом устройстве:",
};
