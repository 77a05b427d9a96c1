// Styles are imported for the build to find them; nothing is taken from them.
declare module '*.css';

/** The address of a worker's script, which the build names after its content. */
declare module '*?worker&url' {
  const url: string;
  export default url;
}

// The code of the link reader's worker, built into the page as a text (reader.vite.config.ts).
declare module 'virtual:reader-worker' {
  const code: string;
  export default code;
}
