export const find = async (what: string, key: string) => ({ what, key });
