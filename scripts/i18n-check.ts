/** `npm run i18n:check`: no words outside the catalogue, both languages complete, plural forms complete, no unused key. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { en as enShell } from '#view/i18n/en.ts';
import { enAccess } from '#view/i18n/en-access.ts';
import { enAlarm } from '#view/i18n/en-alarm.ts';
import { enFleeting, enFleetingInstead } from '#view/i18n/en-fleeting.ts';
import { enWitness } from '#view/i18n/en-witness.ts';
import { enWays } from '#view/i18n/en-ways.ts';
import { enWhere } from '#view/i18n/en-where.ts';
import { enBeacons } from '#view/i18n/en-beacons.ts';
import { enParts } from '#view/i18n/en-parts.ts';
import { enPast } from '#view/i18n/en-past.ts';
import { enPlans } from '#view/i18n/en-plans.ts';
import { enProperties } from '#view/i18n/en-properties.ts';
import { enPeople } from '#view/i18n/en-people.ts';
import { enRefusals } from '#view/i18n/en-refusals.ts';
import { enComments } from '#view/i18n/en-comments.ts';
import { enCompute } from '#view/i18n/en-compute.ts';
import { enDocuments } from '#view/i18n/en-documents.ts';
import { enGoals } from '#view/i18n/en-goals.ts';
import { enGoalViews } from '#view/i18n/en-goal-views.ts';
import { enLearn } from '#view/i18n/en-learn.ts';
import { enHub } from '#view/i18n/en-hub.ts';
import { enImport } from '#view/i18n/en-import.ts';
import { enMessenger } from '#view/i18n/en-messenger.ts';
import { enModels } from '#view/i18n/en-models.ts';
import { enMind } from '#view/i18n/en-mind.ts';
import { enMoved } from '#view/i18n/en-moved.ts';
import { enNotHere } from '#view/i18n/en-not-here.ts';
import { enQuiet } from '#view/i18n/en-quiet.ts';
import { enDevices } from '#view/i18n/en-devices.ts';
import { enMeter } from '#view/i18n/en-meter.ts';
import { enNotices } from '#view/i18n/en-notices.ts';
import { enJoin } from '#view/i18n/en-join.ts';
import { enLinks } from '#view/i18n/en-links.ts';
import { enBackup } from '#view/i18n/en-backup.ts';
import { enRecovery } from '#view/i18n/en-recovery.ts';
import { enVersions } from '#view/i18n/en-versions.ts';
import { enSearch } from '#view/i18n/en-search.ts';
import { enTasks } from '#view/i18n/en-tasks.ts';
import { enTrash } from '#view/i18n/en-trash.ts';
import { enSystem } from '#view/i18n/en-system.ts';
import { ru as ruShell } from '#view/i18n/ru.ts';
import { ruAccess } from '#view/i18n/ru-access.ts';
import { ruAlarm } from '#view/i18n/ru-alarm.ts';
import { ruMind } from '#view/i18n/ru-mind.ts';
import { ruBeacons } from '#view/i18n/ru-beacons.ts';
import { ruParts } from '#view/i18n/ru-parts.ts';
import { ruPast } from '#view/i18n/ru-past.ts';
import { ruProperties } from '#view/i18n/ru-properties.ts';
import { ruPeople } from '#view/i18n/ru-people.ts';
import { ruRefusals } from '#view/i18n/ru-refusals.ts';
import { ruComments } from '#view/i18n/ru-comments.ts';
import { ruCompute } from '#view/i18n/ru-compute.ts';
import { ruDocuments } from '#view/i18n/ru-documents.ts';
import { ruGoals } from '#view/i18n/ru-goals.ts';
import { ruGoalViews } from '#view/i18n/ru-goal-views.ts';
import { ruLearn } from '#view/i18n/ru-learn.ts';
import { ruHub } from '#view/i18n/ru-hub.ts';
import { ruImport } from '#view/i18n/ru-import.ts';
import { ruMessenger } from '#view/i18n/ru-messenger.ts';
import { ruModels } from '#view/i18n/ru-models.ts';
import { ruMoved } from '#view/i18n/ru-moved.ts';
import { ruNotHere } from '#view/i18n/ru-not-here.ts';
import { ruQuiet } from '#view/i18n/ru-quiet.ts';
import { ruFleeting, ruFleetingInstead } from '#view/i18n/ru-fleeting.ts';
import { ruWitness } from '#view/i18n/ru-witness.ts';
import { ruWays } from '#view/i18n/ru-ways.ts';
import { ruWhere } from '#view/i18n/ru-where.ts';
import { ruPlans } from '#view/i18n/ru-plans.ts';
import { ruDevices } from '#view/i18n/ru-devices.ts';
import { ruMeter } from '#view/i18n/ru-meter.ts';
import { ruNotices } from '#view/i18n/ru-notices.ts';
import { ruJoin } from '#view/i18n/ru-join.ts';
import { ruLinks } from '#view/i18n/ru-links.ts';
import { ruBackup } from '#view/i18n/ru-backup.ts';
import { ruRecovery } from '#view/i18n/ru-recovery.ts';
import { ruVersions } from '#view/i18n/ru-versions.ts';
import { ruSearch } from '#view/i18n/ru-search.ts';
import { ruTasks } from '#view/i18n/ru-tasks.ts';
import { ruTrash } from '#view/i18n/ru-trash.ts';
import { ruSystem } from '#view/i18n/ru-system.ts';
import { DEVICE_ERRORS } from '#view/kit/device-words.ts';
import { ERROR_WORDS as SHELL_ERRORS } from '#view/kit/error-words.ts';
import { BACKUP_ERRORS } from '#view/kit/backup-words.ts';
import { RECOVERY_ERRORS } from '#view/kit/recovery-words.ts';
import { WAY_ERRORS } from '#view/kit/ways-words.ts';
import { emptyScan, scanSource } from './lib/i18n-scan.ts';

// With the words of the screens that bring their own.
const EN_PARTS: readonly object[] = [enShell, enRecovery, enBackup, enJoin, enLinks, enAccess, enAlarm, enBeacons, enComments, enCompute, enDevices, enFleeting, enDocuments, enGoals, enGoalViews, enLearn, enHub, enImport, enMessenger, enModels, enMind, enMoved, enParts, enPast, enNotHere, enPeople, enProperties, enQuiet, enRefusals, enPlans, enWays, enMeter, enNotices, enWitness, enWhere, enSystem, enSearch, enTasks, enTrash, enVersions];
const en = Object.assign({}, ...EN_PARTS) as Record<string, unknown>;
const RU_PARTS: readonly object[] = [ruShell, ruRecovery, ruBackup, ruJoin, ruLinks, ruAccess, ruAlarm, ruBeacons, ruComments, ruCompute, ruDevices, ruFleeting, ruDocuments, ruGoals, ruGoalViews, ruLearn, ruHub, ruImport, ruMessenger, ruModels, ruMind, ruMoved, ruParts, ruPast, ruNotHere, ruPeople, ruProperties, ruQuiet, ruRefusals, ruPlans, ruWays, ruMeter, ruNotices, ruWitness, ruWhere, ruSystem, ruSearch, ruTasks, ruTrash, ruVersions];
const ru = Object.assign({}, ...RU_PARTS) as Record<string, unknown>;
const ERROR_WORDS = new Map([...SHELL_ERRORS, ...RECOVERY_ERRORS, ...BACKUP_ERRORS, ...DEVICE_ERRORS, ...WAY_ERRORS]);

const FORMS: Record<string, string[]> = { en: ['one', 'other'], ru: ['one', 'few', 'many', 'other'] };

async function sources(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== 'i18n') found.push(...(await sources(path)));
    else if (/\.tsx?$/.test(entry.name)) found.push(path);
  }
  return found;
}

const faults: string[] = [];
const scan = emptyScan();
for (const file of [...(await sources('src/view')), ...(await sources('src/boot'))]) scanSource(file, await readFile(file, 'utf8'), scan);
for (const { file, line, text } of scan.loose) faults.push(`${file}:${line}: words outside the catalogue: ${text}`);

// Every code an AppError or its shape can carry has words.
const THROWN = /new AppError\(\s*'([a-z-]+)'|\bcode: '([a-z-]+)', message[:,]/g;
const STORE = [...['quota', 'aborted', 'closed', 'blocked', 'unavailable', 'newer', 'upgrade'].map((reason) => `store-${reason}`), 'start-newer', 'start-upgrade', 'start-quota', 'start-aborted'];
const codes = new Set<string>(STORE);
for (const folder of ['src/os', 'src/adapters', 'src/vm', 'src/boot', 'src/view', 'workers']) {
  for (const file of await sources(folder)) for (const found of (await readFile(file, 'utf8')).matchAll(THROWN)) codes.add(found[1] ?? found[2]!);
}
for (const code of codes) if (!ERROR_WORDS.has(code)) faults.push(`no words for the error code ${code}`);
for (const code of ERROR_WORDS.keys()) if (!codes.has(code)) faults.push(`words for an error code nobody throws: ${code}`);

// One catalogue in the end: of two words with one key the one that is loaded later would stand on both screens.
const owners = new Set<string>();
for (const part of EN_PARTS) {
  for (const key of Object.keys(part)) {
    if (owners.has(key)) faults.push(`two words have the key ${key}`);
    owners.add(key);
  }
}

// What a tab that keeps nothing says instead is of the same words.
for (const key of [...Object.keys(enFleetingInstead), ...Object.keys(ruFleetingInstead)]) if (!(key in en)) faults.push(`said instead of no word: ${key}`);
const keys = new Set<string>(Object.keys(en));
for (const key of Object.keys(ru)) if (!keys.has(key)) faults.push(`ru has an unknown key: ${key}`);
for (const key of keys) {
  if (!scan.keys.has(key)) faults.push(`unused key: ${key}`);
  for (const [lang, catalogue] of Object.entries({ en, ru }) as [string, Record<string, unknown>][]) {
    const message = catalogue[key];
    if (message === undefined || message === '') faults.push(`${lang} lacks ${key}`);
    if (typeof message !== 'object' || message === null) continue;
    for (const form of FORMS[lang]!) if (!(form in message)) faults.push(`${lang} ${key} lacks the form "${form}"`);
  }
  const holes = (message: unknown): string => [...new Set([...JSON.stringify(message).matchAll(/\{(\w+)\}/g)].map((hole) => hole[1]))].sort().join(',');
  const wanted = holes(en[key]);
  const has = holes(ru[key]);
  if (wanted !== has) faults.push(`holes differ in ${key}: en {${wanted}}, ru {${has}}`);
}
for (const fault of faults) console.log(fault);
console.log(`${keys.size} keys in 2 languages, ${faults.length} faults.`);
process.exitCode = faults.length === 0 ? 0 : 1;
