export const mail = async (text: string) => {};
