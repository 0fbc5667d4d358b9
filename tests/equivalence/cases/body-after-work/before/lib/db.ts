export const load = async (what: unknown) => {};
