export const load = async (what: string) => {};
