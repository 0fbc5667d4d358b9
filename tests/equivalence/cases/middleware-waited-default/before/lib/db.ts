export async function connect(query: unknown) {
  if (query) throw new Error('down');
}

export async function userOf(token?: string): Promise<{ id: string } | null> {
  return token ? { id: token } : null;
}

export async function save(id: string, text: string) {
  return { id, text };
}
