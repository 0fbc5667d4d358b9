export const audit = async (what: string) => {};
export const find = (id: string) => ({ status: Number(id), pieces: ['one ', 'two'] });
