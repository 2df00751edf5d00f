/** Address of the one file that holds all tables of characters; made by scripts/lib/pdf-tables.ts while the app is built or served. */
declare module 'virtual:pdf-tables' {
  const url: string;
  export default url;
}
