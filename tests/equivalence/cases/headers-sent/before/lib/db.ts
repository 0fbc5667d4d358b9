export const load = async (id: any) => ({ id });
export const track = async (what: string) => {};
