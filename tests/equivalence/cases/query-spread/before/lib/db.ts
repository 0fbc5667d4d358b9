export const find = async (filter: object) => Object.keys(filter).length;
