export const find = async (id: string, tenant?: string) => {
  if (id === '3') throw new Error('broken');
  return id === '1' ? { id, tenant } : null;
};
export const audit = async (what: string) => {};
