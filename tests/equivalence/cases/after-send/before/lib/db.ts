export const save = async (row: unknown) => 7;
