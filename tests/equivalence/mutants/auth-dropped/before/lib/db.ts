export const user = async (session?: string) => session === 'good';
