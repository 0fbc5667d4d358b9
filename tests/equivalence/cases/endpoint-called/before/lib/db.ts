export const db = {
  async list(limit?: unknown) {
    return [limit ?? 'all'];
  },
  async save(item: unknown) {
    return item;
  },
  async find(id: unknown) {
    return id === '0' ? null : { id };
  },
};
