// Styles are imported for the build to find them; nothing is taken from them.
declare module '*.css';
