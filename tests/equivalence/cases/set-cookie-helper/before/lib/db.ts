export const login = async (name: string) => (name === 'ada' ? { id: 'u1' } : null);
