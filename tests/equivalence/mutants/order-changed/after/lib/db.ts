export const save = async (id: number) => {};
export const charge = async (id: number) => {};
