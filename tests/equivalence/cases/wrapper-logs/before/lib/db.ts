export async function load(id: any) {
  if (!id) throw new Error('no id');
  return { id };
}
