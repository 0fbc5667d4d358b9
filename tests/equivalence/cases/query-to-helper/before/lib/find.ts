export async function find(query: Partial<Record<string, string | string[]>>) {
  return { a: query.a, b: query.b === undefined, keys: Object.keys(query) };
}
