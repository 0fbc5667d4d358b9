export const user = async (token?: string) => (token ? { id: '7', role: token } : undefined);
export const bound = async (kind: string, id: string) => kind === 'mail' && id === 'taken';
