export const member = async (token: string | undefined) => (token === 'ada' ? { id: 1, team: 'blue' } : undefined);
export const rename = async (team: string, name: unknown) => ({ team, name });
