export async function find(id: string) {
  return { id };
}
