export const load = async (id: any) => (id ? { id } : null);
export const save = async (n: number) => n * 2;
export const audit = async (what: string) => {};
