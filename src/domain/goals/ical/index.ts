/** Calendar files. A door of its own: the library is loaded with the first file. */
export { calendarId, makeFromCalendar, ownedId, readCalendar, resourcesFor, type CalendarFault, type CalendarFile, type CalendarThing } from './read.ts';
export { calendarRights, takeCalendar, type CalendarRights, type CalendarTaken } from './take.ts';
export { writeCalendar } from './write.ts';
export { WINDOWS_ZONES } from './windows-zones.ts';
export { localOf, zoneNamed, zonesOf } from './zones.ts';
export { parseCalendars } from './jcal.ts';
