export const load = async (id: any): Promise<string> => (id ? '<p>one</p>' : 'text');
