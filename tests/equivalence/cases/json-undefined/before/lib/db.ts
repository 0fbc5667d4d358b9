const rows: Record<string, object> = { 1: { a: 1 } };
export const find = async (id: any) => rows[id];
