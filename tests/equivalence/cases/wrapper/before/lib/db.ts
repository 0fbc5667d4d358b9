export const log = (what: string) => {};
