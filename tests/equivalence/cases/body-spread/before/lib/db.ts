export const save = async (row: object) => row;
