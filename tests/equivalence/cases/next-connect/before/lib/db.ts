export const db = {
  user(token: string) {
    if (token === 'broken') throw Object.assign(new Error('The store is away'), { status: 503 });
    return token === 'none' ? undefined : { id: token };
  },
  async add(item: unknown) {
    if (item === 'late') throw new Error('Too late');
    return { item };
  },
};
