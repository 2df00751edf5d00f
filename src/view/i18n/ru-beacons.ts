/** Русские слова о маяках. */
import type { enBeacons } from './en-beacons.ts';
import type { Words } from './types.ts';

export const ruBeacons: Words<typeof enBeacons> = {
  'beacons.acts': "Что сделать с маяком {name}",
  'beacons.add': "Добавить маяк",
  'beacons.addDone': "Маяк добавлен. Он получит всё, как только с ним будет связь.",
  'beacons.address': "Адрес маяка",
  'beacons.addressNote': "Маяк печатает свой адрес при запуске (npm run beacon), в широком окне терминала также QR-кодом.",
  'beacons.all': "Есть всё",
  'beacons.away': "Нет связи",
  'beacons.badAddress': "Это не адрес маяка, или его часть потеряна. Скопируйте его целиком, как его печатает маяк.",
  'beacons.behind': "Догоняет",
  'beacons.by': "Кто добавил",
  'beacons.confirmed': "Последнее подтверждение",
  'beacons.failed': "Маяк не добавлен. Попробуйте ещё раз.",
  'beacons.holds': "Хранит",
  'beacons.lead': "Маяк всегда в сети: он хранит запечатанное пространство и передаёт его участникам, которые никогда не бывают в сети вместе. Читать и писать он не может. Тот, кто его держит, видит, когда приходят устройства и сколько они отправляют.",
  'beacons.linked': "На связи",
  'beacons.name': "Маяк",
  'beacons.never': "Пока нет",
  'beacons.remove': "Убрать маяк",
  'beacons.removeDone': "Маяк убран",
  'beacons.removeFailed': "Маяк не убран. Попробуйте ещё раз.",
  'beacons.removeText': "Ему больше ничего не отправляется, и ключ меняется. То, что он хранит, остаётся запечатанным, но заставить его забыть это нельзя.",
  'beacons.removeTitle': "Убрать маяк {name} из этого пространства?",
  'beacons.state': "Состояние",
  'beacons.title': "Маяки",
  'journal.beacon': "{by}: добавлен маяк",
  'journal.beaconRemoved': "{by}: маяк убран",
};
