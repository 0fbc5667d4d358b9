export const lookup = async (session?: string) => (session === 'good' ? { id: 1 } : null);
export const list = async () => [1];
