// No endpoint: its name has none of the extensions of pages.
export const version = 3;
