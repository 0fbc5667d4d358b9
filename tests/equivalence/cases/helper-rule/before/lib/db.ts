export async function list(caller: string, page: number): Promise<string[]> {
  if (page > 2) throw new Error(`no page ${page}`);
  return [caller, String(page)];
}
