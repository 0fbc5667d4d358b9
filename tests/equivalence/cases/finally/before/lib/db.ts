export async function load(id: any) {
  if (id === 'throw') throw new Error('thrown');
  return id ? { id } : null;
}
export const close = async () => {};
