/** English words about several people in one browser; they come with their screens. */
export const enPeople = {
  'persons.add': "Add somebody",
  'persons.here': "in this tab",
  'persons.locked': "locked",
  'persons.note': "Each has keys, spaces and settings of their own; a tab belongs to one. Whoever opens this browser can open everybody who is not locked.",
  'persons.open': "Open as {name}",
  'persons.other': "Others in this browser",
  'persons.switch': "Open",
  'persons.title': "People in this browser",
} as const;
