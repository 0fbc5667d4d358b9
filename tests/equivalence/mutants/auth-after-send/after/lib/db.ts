export const list = async () => [1];
export const user = async (session?: string) => session === 'good';
