/** English words of the palette; they come with it. */
export const enPalette = {
  'filter.channel': "type:channel",
  'filter.document': "type:document",
  'filter.fromMe': "from:me",
  'filter.inChannel': "in:#",
  'filter.message': "type:message",
  'palette.busy': "Searching…",
  'palette.count': { one: "{n} result", other: "{n} results" },
  'palette.create': "Create",
  'palette.do': "Do",
  'palette.filters': "Filters",
  'palette.go': "Go to",
  'palette.here': "Searched what this device holds",
  'palette.hint': "Find or do…",
  'palette.nothing': "Nothing found",
  'palette.things': "Things",
  'palette.tip': "Two letters find words in everything here",
} as const;
