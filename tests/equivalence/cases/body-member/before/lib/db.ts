export const save = async (name: unknown) => {};
