export const remove = async (team: string, id: string) => {};
