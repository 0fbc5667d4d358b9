const fail = (status: number, message: string) => Object.assign(new Error(message), { status });

export const db = {
  async items(tag?: unknown) {
    if (tag === 'gone') throw fail(410, 'Gone');
    if (tag === 'broken') throw new Error('Broken');
    return [tag ?? 'all'];
  },
  async create(body: any) {
    return [body];
  },
  async item(id: string) {
    return id === '0' ? undefined : { id };
  },
  async update(id: unknown, body: any) {
    if (body.name === 'throw') throw new Error('Not now');
    return id === '0' ? null : { id, name: body.name };
  },
  async profile(user: string, fields?: unknown) {
    return fields === 'none' ? undefined : { user, fields: fields ?? null };
  },
  async count() {
    return 3;
  },
  async sync(since?: string) {
    if (since === 'never') throw new Error('Never');
  },
};
