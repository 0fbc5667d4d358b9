export async function add(text: unknown) {
  return { id: 1, text };
}
