export const find = async (session?: string) => (session ? { id: session } : null);
