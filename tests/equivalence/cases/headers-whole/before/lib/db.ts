export const verify = async (host?: string) => host !== undefined;
